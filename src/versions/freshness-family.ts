import { compareVersions, parseVersion } from "../kernel/version.ts";
import { isPrerelease, type Release } from "./releases.ts";

/**
 * Which releases one version can be compared with. Tags of one repository mix flavours (`-alpine`, `-ce.0`), architectures,
 * moving tags (`1.25`), dates and commits; only what is written the same way says anything about age.
 */
export interface Family {
  contains(version: string): boolean;
  /** Negative when `a` is older. Only for members. */
  compare(a: string, b: string): number;
  /** Whether `to` is a step within the current major; always so where numbers are dates. */
  isSameMajor(to: string): boolean;
}

/** Kinds whose upstreams also list moving tags with fewer numbers: `1.25` beside `1.25.3`. */
const hasMovingTags: readonly string[] = ["image", "git", "action"];

/** The family of `current`; undefined when it is no version, such as a commit or a branch. */
export function familyOf(current: string, kind: string): Family | undefined {
  if (isDated(current)) return datedFamily(current);
  const own = parseVersion(current);
  if (own === undefined || isCommitLike(current)) return undefined;
  const pattern = patternOf(own.flavour);
  const prefix = prefixOf(own.prefix);
  const calendar = isCalendar(own.release);
  const fits = hasMovingTags.includes(kind) ? asExactAs(own.release.length) : (): boolean => true;
  return {
    contains: (version) => {
      const other = parseVersion(version);
      return (
        other !== undefined &&
        !isDated(version) &&
        prefixOf(other.prefix) === prefix &&
        patternOf(other.flavour) === pattern &&
        fits(other.release.length) &&
        isCalendar(other.release) === calendar &&
        !isCommitLike(version)
      );
    },
    compare: compareVersions,
    isSameMajor: (to) => calendar || parseVersion(to)?.release[0] === own.release[0],
  };
}

/** Beside `1.25.3` a tag `1.26` moves and is left out; where `16.3` is written, `16.4` and `17.0` are its likes. */
function asExactAs(length: number): (other: number) => boolean {
  return (other) => other === length || (length >= 3 && other > length);
}

/** `RELEASE.2024-01-31T20-20-33Z`, `20240131`, `2024-01-31`: the text around the digits has to be the same. */
function datedFamily(current: string): Family {
  const pattern = patternOf(current);
  return {
    contains: (version) => isDated(version) && patternOf(version) === pattern,
    compare: compareDigits,
    isSameMajor: () => true,
  };
}

function isDated(text: string): boolean {
  return /^(?:[A-Za-z]+[-_.]?)?(?:19|20)\d\d(?:-\d\d-\d\d|[01]\d[0-3]\d)(?!\d{1,2}(?!\d))/.test(text);
}

/** Years as first number: 2024.10.1. */
function isCalendar(release: readonly number[]): boolean {
  const first = release[0] ?? 0;
  return first >= 1990 && first < 2200 && release.length > 1;
}

/** A commit, or a number so large that it counts builds. */
function isCommitLike(text: string): boolean {
  return /^(?:sha-?|g)?(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}$/.test(text) || /^\d{5,}$/.test(text);
}

function patternOf(text: string): string {
  return text.toLowerCase().replace(/\d+/g, "#");
}

function prefixOf(prefix: string): string {
  return prefix.toLowerCase() === "v" ? "" : prefix.toLowerCase();
}

function compareDigits(a: string, b: string): number {
  const left = a.match(/\d+/g) ?? [];
  const right = b.match(/\d+/g) ?? [];
  for (const [index, number] of left.entries()) {
    const difference = Number(number) - Number(right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Releases one would move to from `current`: of its family, whole, neither withdrawn nor deprecated, each once. */
export function candidates(family: Family, current: string, releases: readonly Release[]): readonly Release[] {
  const early = isPrerelease(current);
  const fitting = releases.filter(
    (release) =>
      release.yanked !== true &&
      release.deprecated !== true &&
      family.contains(release.version) &&
      (!release.prerelease || (early && isSameRelease(current, release.version))),
  );
  const sorted = fitting.toSorted((a, b) => family.compare(b.version, a.version));
  return sorted.filter((release, index) => {
    const before = sorted[index - 1];
    return before === undefined || family.compare(before.version, release.version) !== 0;
  });
}

/** Whether two versions differ in their pre-release part only: from a beta one may go to the next beta. */
function isSameRelease(a: string, b: string): boolean {
  const left = parseVersion(a)?.release.join(".");
  return left !== undefined && left === parseVersion(b)?.release.join(".");
}
