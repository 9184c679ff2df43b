import { compareReleases } from "../kernel/version.ts";
import type { UpgradeFacts, WindowRow } from "./facts.ts";
import type { Window } from "./solve.ts";

/** The numbers of a plain version (`18.11.3`), as the facts and a read request hold them. */
export function numbersOf(version: string): readonly number[] {
  return version.split(".").map(Number);
}

/** `18.11` of `18.11.3`. */
export function minorOf(version: string): string {
  const [major = 0, minor = 0] = numbersOf(version);
  return `${major}.${minor}`;
}

/** Whether the version names a patch, `18.11.3` and not `18.11`. */
export function hasPatch(version: string): boolean {
  return numbersOf(version).length >= 3;
}

/** Orders two plain versions, the older first. */
export function byNumbers(a: string, b: string): number {
  return compareReleases(numbersOf(a), numbersOf(b));
}

/** Whether a hop passes `line`: comes from below it and ends on it or above. */
export function crosses(from: string, to: string, line: string): boolean {
  return byNumbers(from, line) < 0 && byNumbers(line, to) <= 0;
}

/** Every GitLab release the facts name, oldest first, without those known to be broken. */
export function gitlabReleases(facts: UpgradeFacts): readonly string[] {
  const broken = new Set(facts.datastores.broken.filter((one) => one.severity === "refuse").map((one) => one.version));
  const seen = [
    ...facts.path.stops.flatMap((stop) => stop.latest_patch_seen?.version ?? []),
    ...facts.charts.pairs.map((pair) => pair.gitlab),
    ...facts.datastores.releases.seen,
    ...(facts.releases["gitlab"] ?? []).filter(hasPatch),
  ];
  return [...new Set(seen)].filter((version) => !broken.has(version)).sort(byNumbers);
}

/** For each minor its newest known release, by minor. */
export function newestPatches(releases: readonly string[]): ReadonlyMap<string, string> {
  return new Map(releases.map((version) => [minorOf(version), version]));
}

/** The row of a table that holds for `version`; undefined before the first. Rows ascend. */
export function rowFor(rows: readonly WindowRow[], version: string): WindowRow | undefined {
  const numbers = numbersOf(version);
  return rows.filter((row) => compareReleases(numbersOf(row.from), numbers) <= 0).at(-1);
}

/**
 * The PostgreSQL majors of a GitLab version. It is moved no further than the documented maximum; where none is known, to
 * the floor of the next row, since that is where the way leads. Accepted is also what upstream tested.
 */
export function postgresqlWindow(rows: readonly WindowRow[], version: string): Window {
  const row = rowFor(rows, version);
  const next = rows.find(
    (other) => compareReleases(numbersOf(other.from), numbersOf(version)) > 0 && other.min !== row?.min,
  );
  const floor = row === undefined ? undefined : majorOf(row.min);
  const max = row === undefined ? undefined : majorOf(row.tested ?? row.max ?? undefined);
  const reach = majorOf(row?.max ?? next?.min) ?? floor ?? 0;
  return { min: floor, max, reach };
}

/** The number PostgreSQL counts majors by: 16 of `16.8`, 9.6 of `9.6`; undefined when there is none. */
export function majorOf(version: string | undefined): number | undefined {
  if (version === undefined) return undefined;
  const [major, minor] = numbersOf(version);
  return major === 9 && minor !== undefined ? Number(`9.${minor}`) : major;
}

/** PostgreSQL's own numbers of a version: 160008 of 16.8, 160000 to 169999 of 16, 90624 of 9.6.24. */
export function serverNumbers(version: string): { readonly first: number; readonly last: number } {
  const [major = 0, minor, patch] = numbersOf(version);
  if (major >= 10) {
    const first = major * 10_000 + (minor ?? 0);
    return { first, last: minor === undefined ? first + 9_999 : first };
  }
  const first = major * 10_000 + (minor ?? 0) * 100 + (patch ?? 0);
  return { first, last: patch === undefined ? first + 99 : first };
}

/** What is known about the chart that installs a GitLab version. */
export type ChartVersion =
  | { readonly kind: "known"; readonly version: string }
  | {
      readonly kind: "unknown";
      /** The chart's minor where the rule gives it (`10.2`); never a patch. */
      readonly line: string | null;
      readonly why: string;
      readonly howToLearn: string;
    };

/** The newest chart mapped to `gitlab`. Patches are never computed: two lines have exceptions, and old ones none to go by. */
export function chartOf(facts: UpgradeFacts, gitlab: string): ChartVersion {
  const pairs = facts.charts.pairs.filter((pair) => pair.gitlab === gitlab).map((pair) => pair.chart);
  const version = pairs.sort(byNumbers).at(-1);
  if (version !== undefined) return { kind: "known", version };
  const [major = 0, minor = 0] = numbersOf(gitlab);
  const chartMajor = Object.entries(facts.charts.rule.major_map).find(([, mapped]) => Number(mapped) === major)?.[0];
  return {
    kind: "unknown",
    line: chartMajor === undefined ? null : `${chartMajor}.${minor}`,
    why: `GitLab ${gitlab} is not in the chart table`,
    howToLearn: `helm repo add gitlab https://charts.gitlab.io && helm search repo gitlab/gitlab --versions | grep -F '${gitlab}'`,
  };
}

/** The GitLab version a chart installs: exact from the table, its minor by the rule, or undefined. */
export function gitlabOf(facts: UpgradeFacts, chart: string): string | undefined {
  const exact = facts.charts.pairs.find((pair) => pair.chart === chart)?.gitlab;
  if (exact !== undefined) return exact;
  const [major = 0, minor] = numbersOf(chart);
  const mapped = facts.charts.rule.major_map[String(major)];
  return mapped === undefined || minor === undefined ? undefined : `${mapped}.${minor}`;
}
