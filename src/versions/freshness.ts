import type { Fact } from "../kernel/fact.ts";
import { daysBetween, type Instant } from "../kernel/instant.ts";
import type { PinState } from "../kernel/version.ts";
import { candidates, type Family, familyOf } from "./freshness-family.ts";
import type { Release } from "./releases.ts";
import { newestAllowed, type RangeGrammar } from "./scheme.ts";

/** What freshness has to know of a pin. */
export interface Pinned {
  readonly kind: string;
  readonly version: string | null;
  readonly digest: string | null;
  readonly state: PinState;
}

/** How far an update may go by itself. `minor` stays within the major, `patch` within major and minor. */
export type Reach = "patch" | "minor" | "major";

export interface FreshnessOptions {
  readonly now: Instant;
  /** `minor` when not given. */
  readonly reach?: Reach;
  /** The next version a system's upgrade path allows; it decides alone where it is known. */
  readonly nextAllowed?: Fact<string> | undefined;
}

export interface Freshness {
  /** The version pinned, as its upstream writes it: for a commit, the tag that leads to it. */
  readonly current: string | null;
  readonly newest: string | null;
  /** The version to go to next; null when there is none, or the path does not tell. */
  readonly next: string | null;
  /** Releases between the pinned one and the newest, the newest included. */
  readonly behind: number | null;
  /** Whole days since the pinned release came out. */
  readonly ageDays: number | null;
  readonly state: "current" | "behind" | "unknown";
  readonly why?: string;
  readonly howToLearn?: string;
}

/**
 * Compares a pin with its upstream's releases. A moving tag with numbers (`16`) is compared by its line; what fixes nothing
 * has a newest release to go to, but no age.
 */
export function freshness(pin: Pinned, releases: readonly Release[], options: FreshnessOptions): Freshness {
  const current = currentVersion(pin, releases);
  const family = current === undefined ? undefined : familyOf(current, pin.kind);
  if (current === undefined || family === undefined) return unplaced(pin, releases);

  const fitting = candidates(family, current, releases);
  const own = find(family, current, releases);
  if (own === undefined && fitting.length === 0) return unlisted(current);
  const newer = fitting.filter(({ version }) => family.compare(version, current) > 0);
  return {
    current,
    newest: (newer[0] ?? own ?? fitting[0])?.version ?? null,
    next: nextVersion(current, newer, family, options),
    behind: newer.length,
    ageDays: ageOf(own, options.now),
    state: stateOf(newer.length, own),
    ...remark(pin, current, own, options.nextAllowed),
  };
}

function stateOf(newer: number, own: Release | undefined): Freshness["state"] {
  if (newer > 0) return "behind";
  return own === undefined ? "unknown" : "current";
}

/** The release pinned: as written, or written a little differently (`v1.2.0` for `1.2`). */
function find(family: Family, current: string, releases: readonly Release[]): Release | undefined {
  const exact = releases.find(({ version }) => version === current);
  return exact ?? releases.find(({ version }) => isSame(family, version, current));
}

function isSame(family: Family, a: string, b: string): boolean {
  return family.contains(a) && family.compare(a, b) === 0;
}

function ageOf(release: Release | undefined, now: Instant): number | null {
  return release?.at === undefined ? null : daysBetween(release.at, now);
}

/** The version a pin names; for a commit the most exact tag that leads to it. */
function currentVersion(pin: Pinned, releases: readonly Release[]): string | undefined {
  if (pin.state === "range" && pin.version !== null) return takenToday(pin.kind, pin.version, releases);
  if ((pin.state !== "pinned" && pin.state !== "moving") || pin.version === null) return undefined;
  const written = pin.version.replace(/^refs\/tags\//, "").replace(/^\s*={1,3}\s*/, "");
  if (!/^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(written)) return written;
  const tags = releases.filter(({ digest }) => digest === written).map(({ version }) => version);
  return tags.toSorted((a, b) => b.split(".").length - a.split(".").length)[0];
}

const grammars: Readonly<Record<string, RangeGrammar>> = {
  chart: "helm",
  provider: "terraform",
  module: "terraform",
  tool: "terraform",
  package: "python",
};

/** What a range comes to today: the newest release it allows. */
function takenToday(kind: string, range: string, releases: readonly Release[]): string | undefined {
  const grammar = grammars[kind];
  const usable = releases.filter(({ yanked, deprecated }) => yanked !== true && deprecated !== true);
  return (
    grammar &&
    newestAllowed(
      range,
      usable.map(({ version }) => version),
      grammar,
    )
  );
}

function nextVersion(
  current: string,
  newer: readonly Release[],
  family: Family,
  { reach = "minor", nextAllowed }: FreshnessOptions,
): string | null {
  if (nextAllowed !== undefined) return nextAllowed.kind === "known" ? nextAllowed.value : null;
  const minor = minorOf(current);
  const allowed = newer.find(({ version }) => {
    if (reach === "major") return true;
    return family.isSameMajor(version) && (reach === "minor" || minorOf(version) === minor);
  });
  return allowed?.version ?? null;
}

function minorOf(version: string): string {
  return /\d+(?:\.\d+)?/.exec(version)?.[0] ?? version;
}

function remark(
  pin: Pinned,
  current: string,
  own: Release | undefined,
  nextAllowed: Fact<string> | undefined,
): Pick<Freshness, "why" | "howToLearn"> {
  if (nextAllowed?.kind === "unknown") return { why: nextAllowed.why, howToLearn: nextAllowed.howToLearn };
  if (own === undefined) return { why: `the upstream does not list ${current}: withdrawn, or never published there` };
  if (own.yanked === true) return { why: `${current} was withdrawn by its maker` };
  if (own.deprecated === true) return { why: `${current} is deprecated by its maker` };
  if (pin.state === "range") {
    return { why: `${pin.version} comes to ${current} today; what runs, the lock file or the platform tells` };
  }
  return pin.state === "moving"
    ? { why: `${current} moves within its line; what runs now only the platform can tell` }
    : {};
}

/** Without a place among the releases there is still a newest one to pin. */
function unplaced(pin: Pinned, releases: readonly Release[]): Freshness {
  return { ...nothingKnown, newest: newestWhole(releases) ?? null, ...reasonOf(pin) };
}

const nothingKnown = {
  current: null,
  newest: null,
  next: null,
  behind: null,
  ageDays: null,
  state: "unknown",
} as const;

/** The newest release of three numbers; of two where there are none of three. */
function newestWhole(releases: readonly Release[]): string | undefined {
  for (const shape of [/^v?\d+\.\d+\.\d+$/, /^v?\d+\.\d+$/]) {
    const whole = releases.filter(({ version }) => shape.test(version));
    const sample = whole[0]?.version;
    const family = sample === undefined ? undefined : familyOf(sample, "image");
    if (sample !== undefined && family !== undefined) return candidates(family, sample, whole)[0]?.version;
  }
  return undefined;
}

function reasonOf(pin: Pinned): { readonly why: string; readonly howToLearn: string } {
  const written = pin.version ?? "nothing";
  const pinFirst = "pin a release first; what runs now only the platform can tell";
  switch (pin.state) {
    case "missing":
      return { why: "no version is written", howToLearn: pinFirst };
    case "moving":
      return { why: `${written} is pointed elsewhere by its owner, so it has no age`, howToLearn: pinFirst };
    case "range":
      return {
        why: `${written} is whatever satisfies it on the day`,
        howToLearn: "read the lock file, or pin a release",
      };
    case "unknown":
      return {
        why: `${written} cannot be read without its template's values`,
        howToLearn: "render the template, or write the value",
      };
    case "pinned":
      if (pin.version === null)
        return { why: "only a digest is written", howToLearn: "write the tag beside the digest" };
      return {
        why: `${written} is no version that can be placed among the releases`,
        howToLearn: "pin a released version, with its commit or digest beside it",
      };
  }
}

function unlisted(current: string): Freshness {
  return {
    ...nothingKnown,
    current,
    why: `the upstream lists no release written like ${current}`,
    howToLearn: "check that the pin's source is the one it was taken from",
  };
}
