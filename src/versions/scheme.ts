import { compareReleases, compareVersions, parseVersion } from "../kernel/version.ts";

/**
 * Whose grammar a range is in. They differ in what a bare `1.2` means (Helm and npm: any 1.2.x; Terraform and Python: just
 * that), in `~> 1.2` (Terraform: below 2.0) and in `~=` (Python, the same).
 */
export type RangeGrammar = "helm" | "npm" | "terraform" | "python";

type Test = (version: string) => boolean;

/**
 * Whether `range` allows `version`; undefined when one of them cannot be read. A pre-release is allowed only by a range
 * that names one itself, as all four grammars have it.
 */
export function allows(range: string, version: string, grammar: RangeGrammar): boolean | undefined {
  const parsed = parseVersion(version);
  const tests = parseRange(range, grammar);
  if (parsed === undefined || tests === undefined) return undefined;
  if (parsed.phase < 0 && !namesPreRelease(range)) return false;
  return tests.some((all) => all.every((test) => test(version)));
}

/** The newest of `versions` that `range` allows; undefined when none is, or the range cannot be read. */
export function newestAllowed(range: string, versions: readonly string[], grammar: RangeGrammar): string | undefined {
  return versions
    .filter((version) => allows(range, version, grammar) === true)
    .sort(compareVersions)
    .at(-1);
}

/** Alternatives of conjunctions; undefined when a part is not understood. */
function parseRange(range: string, grammar: RangeGrammar): readonly (readonly Test[])[] | undefined {
  if (range.length > 256) return undefined;
  const alternatives = range.split("||").map((part) => parseConjunction(part.trim(), grammar));
  return alternatives.every((tests) => tests !== undefined) ? alternatives : undefined;
}

function parseConjunction(text: string, grammar: RangeGrammar): readonly Test[] | undefined {
  const [low, high] = text.split(/\s+-\s+/);
  if (low !== undefined && high !== undefined) return joined([comparator(`>=${low}`, grammar), upTo(high)]);
  const parts = text
    .replace(/([<>=!~^]+)\s+/g, "$1")
    .split(/\s*,\s*|\s+/)
    .filter((part) => part !== "");
  return joined((parts.length === 0 ? ["*"] : parts).map((part) => comparator(part, grammar)));
}

function joined(tests: readonly (Test | undefined)[]): readonly Test[] | undefined {
  const known = tests.filter((test) => test !== undefined);
  return known.length === tests.length ? known : undefined;
}

/** The upper end of `1.2 - 1.4`: a partial one takes in all it covers. */
function upTo(text: string): Test | undefined {
  const numbers = numbersOf(text);
  if (numbers === undefined) return undefined;
  return numbers.length >= 3
    ? (version) => compareVersions(version, text) <= 0
    : below(bumped(numbers, numbers.length - 1));
}

function comparator(part: string, grammar: RangeGrammar): Test | undefined {
  const [, operator = "", rest = ""] = /^(===|~>|~=|>=|<=|==|!=|[<>=~^])?(.*)$/s.exec(part) ?? [];
  const wild = /^(?:v?(\d+(?:\.\d+)*)\.)?[xX*](?:\.[xX*])*$/.exec(rest);
  if (wild !== null) return wildcard(operator, wild[1]);
  const numbers = numbersOf(rest);
  if (numbers === undefined) return undefined;
  return plain(operator, rest) ?? reaching(operator, rest, numbers, grammar);
}

/** `1.2.*`, `!=1.2.*`, `*`: everything that begins with these numbers. */
function wildcard(operator: string, numbers: string | undefined): Test | undefined {
  if (!["", "=", "==", "!=", "~", "^", ">="].includes(operator)) return undefined;
  const start = numbers?.split(".").map(Number) ?? [];
  if (operator === ">=") return (version) => compareReleases(releaseOf(version), start) >= 0;
  const begins: Test = (version) => start.every((number, index) => (releaseOf(version)[index] ?? 0) === number);
  return operator === "!=" ? (version) => !begins(version) : begins;
}

/** The operators that mean the same in every grammar. */
function plain(operator: string, text: string): Test | undefined {
  switch (operator) {
    case ">=":
      return (version) => compareVersions(version, text) >= 0;
    case "<=":
      return (version) => compareVersions(version, text) <= 0;
    case ">":
      return (version) => compareVersions(version, text) > 0;
    case "<":
      return (version) => compareVersions(version, text) < 0;
    case "!=":
      return (version) => compareVersions(version, text) !== 0;
    case "==":
    case "===":
      return (version) => compareVersions(version, text) === 0;
    default:
      return undefined;
  }
}

/** The operators that reach from a version up to a bumped one, and the bare version. */
function reaching(operator: string, text: string, numbers: readonly number[], grammar: RangeGrammar): Test {
  const exact = grammar === "terraform" || grammar === "python" || numbers.length >= 3;
  const from: Test = (version) => compareVersions(version, text) >= 0;
  const within = (place: number): Test => {
    const under = below(bumped(numbers, place));
    return (version) => from(version) && under(version);
  };
  switch (operator) {
    case "~>":
    case "~=":
      return within(Math.max(0, numbers.length - 2));
    case "~":
      return within(Math.min(1, numbers.length - 1));
    case "^":
      return within(firstNonZero(numbers));
    default:
      return exact ? (version) => compareVersions(version, text) === 0 : within(numbers.length - 1);
  }
}

/** The place `^` holds fast: the first number that is not zero, else the last written. */
function firstNonZero(numbers: readonly number[]): number {
  const place = numbers.findIndex((number) => number > 0);
  return place < 0 ? numbers.length - 1 : place;
}

function bumped(numbers: readonly number[], place: number): readonly number[] {
  return [...numbers.slice(0, place), (numbers[place] ?? 0) + 1];
}

function below(limit: readonly number[]): Test {
  return (version) => compareReleases(releaseOf(version), limit) < 0;
}

function numbersOf(text: string): readonly number[] | undefined {
  return /^v?\d/.test(text) ? parseVersion(text)?.release : undefined;
}

function releaseOf(version: string): readonly number[] {
  return parseVersion(version)?.release ?? [];
}

/** `>=1.2.3-0` and `==2.0rc1` ask for pre-releases. */
function namesPreRelease(range: string): boolean {
  return /\d-[0-9a-z]|\d(?:a|b|rc|\.?dev)\d/i.test(range.replace(/\s+-\s+/g, " "));
}
