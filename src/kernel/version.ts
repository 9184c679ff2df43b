/**
 * Versions as they are written in repositories: semver, PEP 440, image tags with a flavour, calendar versions, tags with a
 * product's name in front. One reading for all of them, because a tag does not say which scheme it follows. Ranges are
 * only recognised here; what they allow is `src/versions/scheme.ts`.
 */
export interface Version {
  readonly text: string;
  /** What stands before the first number: `v`, `eoepca-`, `RELEASE.`; empty for most. */
  readonly prefix: string;
  /** PEP 440's `2!1.0`; 0 for everything else. */
  readonly epoch: number;
  /** The dotted numbers: `1.10` is `[1, 10]`. Never empty. */
  readonly release: readonly number[];
  /** -4 dev, -3 alpha, -2 beta, -1 release candidate or preview, 0 the release itself, 1 a post release. */
  readonly phase: number;
  /** The number behind the phase: 2 in `rc.2`; 0 when none is written. */
  readonly phaseNumber: number;
  /** The rest without its separator: `alpine3.19`, `ce.0`, `k3s1`. Build metadata behind `+` is left out. */
  readonly flavour: string;
}

/** The longest text read as a version: an image tag has at most 128 characters, a range seldom more. */
const longest = 256;

const shape = /^([A-Za-z][A-Za-z_./-]*)?(?:(\d+)!)?(\d+(?:\.\d+)*)((?:[-_.][\w.-]*|[A-Za-z][\w.-]*)?)(?:\+.*)?$/;
const phaseShape = /^[-_.]?(dev|alpha|beta|preview|pre|rc|post|a|b|c)(?![a-z])[-_.]?(\d*)/i;
const phases: Readonly<Record<string, number>> = {
  dev: -4,
  alpha: -3,
  a: -3,
  beta: -2,
  b: -2,
  rc: -1,
  c: -1,
  pre: -1,
  preview: -1,
  post: 1,
};

/**
 * Reads a version; undefined when there is none in the text (`latest`, `main`, a range, a template). `1.0.0-1` is read as a
 * packager's revision of 1.0.0, as Debian and image tags mean it, not as semver's pre-release.
 */
export function parseVersion(text: string): Version | undefined {
  if (text.length > longest || isTemplated(text) || isRange(text)) return undefined;
  const found = shape.exec(text.trim());
  if (found === null) return undefined;

  const [, prefix = "", epoch = "0", numbers = "", rest = ""] = found;
  return { text, prefix, epoch: Number(epoch), release: numbers.split(".").map(Number), ...readRest(rest) };
}

function readRest(rest: string): Pick<Version, "phase" | "phaseNumber" | "flavour"> {
  const found = phaseShape.exec(rest);
  if (found === null) return { phase: 0, phaseNumber: 0, flavour: rest.replace(/^[-_.]/, "") };
  const [written, name = "", number = ""] = found;
  return {
    phase: phases[name.toLowerCase()] ?? 0,
    phaseNumber: Number(number),
    flavour: rest.slice(written.length).replace(/^[-_.]/, ""),
  };
}

/**
 * Orders two versions: negative when `a` is older. A total preorder: text that is no version comes before every version,
 * in text order; missing numbers are zeros (`1.2` ties with `1.2.0`); prefix and build metadata do not count; among equal
 * releases the one without flavour comes first, then flavours with their numbers read as numbers (`r2` before `r12`).
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left === undefined || right === undefined) {
    if (left !== undefined) return 1;
    return right !== undefined ? -1 : compareText(a, b);
  }
  return (
    order(left.epoch, right.epoch) ||
    compareReleases(left.release, right.release) ||
    order(left.phase, right.phase) ||
    order(left.phaseNumber, right.phaseNumber) ||
    compareFlavours(left.flavour, right.flavour)
  );
}

/** Orders dotted numbers; missing ones are zeros. */
export function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const found = order(a[index] ?? 0, b[index] ?? 0);
    if (found !== 0) return found;
  }
  return 0;
}

function compareFlavours(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const found = compareParts(left[index], right[index]);
    if (found !== 0) return found;
  }
  return 0;
}

/** A missing part comes first, then numbers by value, then text. */
function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return order(a === undefined ? 0 : 1, b === undefined ? 0 : 1);
  const leftIsNumber = /^\d/.test(a);
  const rightIsNumber = /^\d/.test(b);
  if (leftIsNumber && rightIsNumber) return order(Number(a), Number(b));
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  return compareText(a, b);
}

function order(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * How firmly a place fixes what is deployed. *pinned*: one release; *range*: whatever satisfies it on the day; *moving*: a
 * name its owner points elsewhere; *missing*: nothing written; *unknown*: a template or nothing we can judge.
 */
export type PinState = "pinned" | "range" | "moving" | "missing" | "unknown";

/** Some part is filled in by a template engine or a shell, so the text is not the value. */
export function isTemplated(text: string): boolean {
  return /\{\{|\}\}|\{%|\$[{(A-Za-z_]|<<|>>|%\(|@@|__[A-Z_]+__|<[A-Za-z_ -]+>/.test(text);
}

/** A constraint rather than a name: has an operator, a wildcard, `||`, or two ends. */
export function isRange(text: string): boolean {
  return /^\s*[\^~<>=!]|[*,]|\|\||\s-\s|(?:^|\.)[xX](?:\.|$)|\s[<>=~^]/.test(text);
}

/** A container image. A tag of a whole release is taken at its word; a major or minor tag is re-pointed with every patch. */
export function stateOfImage(tag: string | undefined, digest?: string): PinState {
  if (digest !== undefined && digest !== "") return stateOfDigest(digest);
  return stateOfName(tag, stateOfTag);
}

/** A chart from a Helm repository or registry: Helm reads a bare `1.2` as a range, as Argo CD does. */
export function stateOfChart(version: string | undefined): PinState {
  return stateOfName(version, (text) => {
    if (/^=?\s*v?\d+\.\d+\.\d+(?:[-+][\w.+-]*)?$/.test(text)) return "pinned";
    if (isRange(text) || /^v?\d+(?:\.\d+)?$/.test(text)) return "range";
    return "moving";
  });
}

/** A Git revision: a commit or a tag of a whole release is pinned, everything else is a branch or moves like one. */
export function stateOfGit(revision: string | undefined): PinState {
  return stateOfName(revision, (text) => {
    if (/^(?:refs\/)?heads\/|^(?:release|releases|feature|feat|hotfix|bugfix|fix|origin)\//.test(text)) return "moving";
    return stateOfTag(text.replace(/^refs\/tags\//, ""));
  });
}

/** A constraint of Terraform or Python. Bare `1.2` is exact there (Terraform reads it as `= 1.2.0`). */
export function stateOfConstraint(text: string | undefined): PinState {
  return stateOfName(text, (written) => {
    const exact = written.replace(/^={1,3}\s*/, "");
    if (parseVersion(exact) !== undefined && /^v?\d/.test(exact)) return "pinned";
    if (isRange(written)) return "range";
    return /^[a-z]+$/i.test(written) ? "moving" : "unknown";
  });
}

function stateOfName(text: string | undefined, judge: (text: string) => PinState): PinState {
  const written = text?.trim() ?? "";
  if (written === "") return "missing";
  if (written.length > longest || isTemplated(written)) return "unknown";
  return judge(written);
}

function stateOfDigest(digest: string): PinState {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(digest) ? "pinned" : "unknown";
}

function stateOfTag(text: string): PinState {
  if (isRange(text)) return "range";
  if (!/^[\w][\w./+-]*$/.test(text)) return "unknown";
  if (isCommit(text)) return "pinned";
  if (/(?:^|[-_.])(?:latest|nightly|snapshot|edge|main|master|head)$/i.test(text)) return "moving";
  return namesOneRelease(text) ? "pinned" : "moving";
}

/** A full or abbreviated commit, alone or behind `sha-`; a word such as `decade` is not taken for one. */
function isCommit(text: string): boolean {
  const hex = /^(?:sha-?|git-?|g)?([0-9a-f]{7,64})$/.exec(text)?.[1];
  return hex !== undefined && (hex.length >= 40 || (/\d/.test(hex) && /[a-f]/.test(hex)));
}

/** Three numbers, a date, a packager's revision, a numbered pre-release, a commit at the end, or a build number of five digits or more. */
function namesOneRelease(text: string): boolean {
  return (
    /\d+\.\d+\.\d+/.test(text) ||
    /(?:^|\D)(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d(?:\D|$)/.test(text) ||
    /\d-r\d+$|-r\d+$/.test(text) ||
    /\d[-_.]?(?:alpha|beta|preview|pre|rc|a|b)[-_.]?\d+(?:[-_.]|$)/i.test(text) ||
    /^(?:build-?|b)?\d{5,}$/.test(text) ||
    isCommit(/[-_.+]([0-9a-f]{7,40})$/.exec(text)?.[1] ?? "")
  );
}
