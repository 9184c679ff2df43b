import { InputError } from "../kernel/errors.ts";
import { compareReleases } from "../kernel/version.ts";
import type { SystemUpgrade, UpgradeFacts } from "./facts.ts";
import { byNumbers, minorOf, numbersOf } from "./gitlab-facts.ts";

/** The releases of a system the facts name, oldest first. */
function releasesOf(facts: UpgradeFacts, system: SystemUpgrade): readonly string[] {
  return [...new Set([...system.releases, ...(facts.releases[system.id] ?? [])])].sort(byNumbers);
}

/** The newest release the facts name; throws `InputError` when they name none. */
export function latestOf(facts: UpgradeFacts, system: SystemUpgrade): string {
  const newest = releasesOf(facts, system).at(-1);
  if (newest !== undefined) return newest;
  throw new InputError(
    `--to latest: the shipped facts keep no list of ${system.title}'s releases. Name the version (--to 1.2.3, from ${system.title}'s own release list), ` +
      `or list releases in a --facts file: {schema: millwright/upgrade-facts/1, releases: {${system.id}: [1.2.3]}}.`,
  );
}

/**
 * The versions on the way from `from` (excluded) to `to` (included). One minor at a time where the system asks for it, each
 * at its newest known patch, the minor alone where none is known. Throws `InputError` when the minors of a major are not known.
 */
export function minorPath(facts: UpgradeFacts, system: SystemUpgrade, from: string, to: string): readonly string[] {
  if (system.sequence !== "every-minor") return [to];
  const known = new Map(releasesOf(facts, system).map((version) => [minorOf(version), version]));
  const [start, end] = [numbersOf(minorOf(from)), numbersOf(minorOf(to))];
  if (compareReleases(start, end) === 0) return [to];

  const minors = start[0] === end[0] ? counted(start, end) : listed(system, [...known.keys()], start, end);
  return [...minors.map((minor) => known.get(minor) ?? minor), to];
}

function counted([major = 0, first = 0]: readonly number[], [, last = 0]: readonly number[]): readonly string[] {
  if (last - first > 1000)
    throw new InputError(`There are not ${last - first} minors between the two versions; check them.`);
  return Array.from({ length: last - first - 1 }, (_, index) => `${major}.${first + 1 + index}`);
}

function listed(
  system: SystemUpgrade,
  minors: readonly string[],
  start: readonly number[],
  end: readonly number[],
): readonly string[] {
  const between = minors.filter((minor) => {
    const numbers = numbersOf(minor);
    return compareReleases(start, numbers) < 0 && compareReleases(numbers, end) < 0;
  });
  if (between.length > 0) return between;
  throw new InputError(
    `${system.title} goes one minor at a time, and how many minors major ${start[0]} has is not known. List them in a --facts file under releases.${system.id}.`,
  );
}
