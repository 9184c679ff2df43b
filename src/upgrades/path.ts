import { compareReleases } from "../kernel/version.ts";
import type { Stop, UpgradeFacts } from "./facts.ts";
import { gitlabReleases, majorOf, minorOf, newestPatches, numbersOf, postgresqlWindow } from "./gitlab-facts.ts";
import { judgeStop, type Leg, legsOf, withRedisAndBundled } from "./legs.ts";
import { type Instance, solve } from "./solve.ts";

export interface GitlabPath {
  readonly legs: readonly Leg[];
  /** Conditional stops that the answers rule out. */
  readonly left: readonly { readonly version: string; readonly why: string }[];
}

/**
 * The hops from `from` to `to`: every stop strictly between (a stop of the target's minor is the target), each at its
 * newest known patch, with PostgreSQL moved inside its windows, Redis before it is too old, and the chart's own datastores
 * moved out before they are gone. Undefined when no legal way exists. Source of the rule: upgrade-path.json, `stop-rule`.
 */
export function gitlabPath(facts: UpgradeFacts, from: string, to: string): GitlabPath | undefined {
  const judged = stopsBetween(facts, from, to).map((stop) => judgeStop(facts, stop));
  const taken = judged.filter(({ condition }) => condition?.decided !== "skip");
  const releases = candidates(
    facts,
    from,
    to,
    taken.map(({ stop }) => stop),
  );
  const solution = solve(
    instanceOf(
      facts,
      releases,
      taken.map(({ stop }) => stop),
    ),
  );
  if (solution === undefined) return undefined;

  return {
    legs: withRedisAndBundled(facts, legsOf(facts, releases, solution.moves, taken)),
    left: judged
      .filter((one) => !taken.includes(one))
      .map(({ stop }) => ({
        version: stop.version,
        why: `the answers rule its condition out: ${stop.condition ?? ""}`,
      })),
  };
}

/** An unknown PostgreSQL is taken to be the oldest GitLab runs on here: each later step then stands under its condition. */
function instanceOf(facts: UpgradeFacts, releases: readonly string[], stops: readonly Stop[]): Instance {
  const rows = facts.datastores.postgresql.rows;
  const placed = releases.map((version) => ({
    minor: numbersOf(minorOf(version)),
    window: postgresqlWindow(rows, version),
  }));
  const majors = rows.flatMap((row) => [majorOf(row.min) ?? [], majorOf(row.max ?? undefined) ?? []].flat());
  return {
    releases: placed,
    stops: stops.map((stop) => numbersOf(stop.version)),
    datastore: majorOf(facts.answers.postgresqlVersion) ?? placed[0]?.window.min ?? 0,
    majors,
  };
}

/** The stops strictly between two versions by minor, beyond the listed ones by the periodic rule (x.2, x.5, x.8, x.11 from 18 on). */
export function stopsBetween(facts: UpgradeFacts, from: string, to: string): readonly Stop[] {
  const [lastMajor = 0] = numbersOf(facts.path.stops.at(-1)?.version ?? "0");
  const [targetMajor = 0] = numbersOf(to);
  const derived: Stop[] = [];
  for (let major = Math.max(18, lastMajor + 1); major <= Math.min(targetMajor, lastMajor + 20); major += 1) {
    for (const minor of [2, 5, 8, 11]) derived.push(periodicStop(facts, `${major}.${minor}`));
  }
  const [start, end] = [numbersOf(minorOf(from)), numbersOf(minorOf(to))];
  return [...facts.path.stops, ...derived].filter((stop) => {
    const here = numbersOf(stop.version);
    return compareReleases(start, here) < 0 && compareReleases(here, end) < 0;
  });
}

function periodicStop(facts: UpgradeFacts, version: string): Stop {
  const source = facts.path.rules.find((rule) => rule.id === "periodic")?.source ?? "";
  return {
    version,
    kind: "announced",
    latest_patch_seen: null,
    note: "By the rule x.2, x.5, x.8, x.11; not listed yet.",
    source,
  };
}

/** Where one could halt: from, the newest patch of each minor known and of each stop, to. A minor without a known patch stands for itself. */
function candidates(facts: UpgradeFacts, from: string, to: string, stops: readonly Stop[]): readonly string[] {
  const newest = newestPatches(gitlabReleases(facts));
  const minors = new Set([...newest.keys(), ...stops.map((stop) => stop.version)]);
  const [start, end] = [numbersOf(minorOf(from)), numbersOf(minorOf(to))];
  const middle = [...minors]
    .filter((minor) => compareReleases(start, numbersOf(minor)) < 0 && compareReleases(numbersOf(minor), end) < 0)
    .sort((a, b) => compareReleases(numbersOf(a), numbersOf(b)))
    .map((minor) => newest.get(minor) ?? minor);
  return [from, ...middle, to];
}
