import * as z from "zod";
import type { Component } from "../platform/pin.ts";

const ProvenSets = z.object({
  researched: z.string(),
  sets: z.array(
    z.object({
      name: z.string(),
      released: z.string(),
      versions: z.record(z.string(), z.string()),
      source: z.string(),
    }),
  ),
});
export type ProvenSets = z.infer<typeof ProvenSets>;

/** Reads the shipped sets of versions that were released together. */
export function parseProvenSets(data: unknown): ProvenSets {
  return ProvenSets.parse(data);
}

export interface MatrixRow {
  readonly component: string;
  readonly system: string | null;
  /** Version per environment, in the order of `environments`; null where it is not deployed there or its version is not known. */
  readonly versions: readonly (string | null)[];
  /** Whether it is deployed in each: tells a version that is not known from a component that is not there. */
  readonly deployed: readonly boolean[];
  /** Whether its environments differ. */
  readonly differs: boolean;
}

export interface MatrixVerdict {
  readonly environment: string;
  /** The set that has exactly these versions, or the nearest; of two as near the newer. */
  readonly set: string | undefined;
  readonly proven: boolean;
  /** What differs from that set, or is not known: `gitlab 17.1.8 ≠ 18.1.4`. */
  readonly differences: readonly string[];
}

/** Which version runs where, and whether that combination is known to work together. */
export interface Matrix {
  readonly schema: "millwright/matrix/1";
  readonly environments: readonly string[];
  readonly rows: readonly MatrixRow[];
  readonly verdicts: readonly MatrixVerdict[];
  readonly sets: ProvenSets["sets"];
  readonly factsOf: string;
}

/** Where a component's environment is not told. */
const anywhere = "(no environment)";

/** Lays components out by environment and holds each environment against the proven sets. */
export function matrixOf(components: readonly Component[], proven: ProvenSets, order: readonly string[]): Matrix {
  const present = new Set(components.map((component) => component.environment ?? anywhere));
  const environments = [
    ...order.filter((name) => present.has(name)),
    ...[...present].filter((name) => !order.includes(name)).sort(),
  ];
  const byName = [...Map.groupBy(components, ({ name }) => name)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = byName.map(([name, members]) => rowOf(name, members, environments));
  return {
    schema: "millwright/matrix/1",
    environments,
    rows,
    verdicts: environments.flatMap((environment) => verdictOf(environment, components, proven)),
    sets: proven.sets,
    factsOf: proven.researched,
  };
}

function rowOf(name: string, members: readonly Component[], environments: readonly string[]): MatrixRow {
  const here = environments.map((environment) =>
    members.find((member) => (member.environment ?? anywhere) === environment),
  );
  const versions = here.map((member) => member?.version ?? null);
  const known = new Set(versions.filter((version) => version !== null));
  return {
    component: name,
    system: members.find((member) => member.system !== null)?.system ?? null,
    versions,
    deployed: here.map((member) => member !== undefined),
    differs: known.size > 1,
  };
}

function verdictOf(
  environment: string,
  components: readonly Component[],
  proven: ProvenSets,
): readonly MatrixVerdict[] {
  const here = components.filter((component) => (component.environment ?? anywhere) === environment);
  const running = new Map(here.flatMap(({ system, version }) => (system === null ? [] : [[system, version] as const])));
  const candidates = proven.sets
    .map((set) => ({
      set,
      differences: differencesFrom(set.versions, running),
      compared: Object.keys(set.versions).filter((system) => running.has(system)).length,
      distance: distanceOf(set.versions, running),
    }))
    .filter(({ compared }) => compared > 1)
    .sort((a, b) => compareDistances(a.distance, b.distance) || b.set.released.localeCompare(a.set.released));
  const [nearest] = candidates;
  if (nearest === undefined) return [];
  return [
    { environment, set: nearest.set.name, proven: nearest.differences.length === 0, differences: nearest.differences },
  ];
}

/** How far versions are apart: systems that are missing or not known, then majors, minors, patches, then how many differ. */
type Distance = readonly number[];

/** Summed over a set's systems: 19.4.1 is one major from 18.1.4 and two from 17.1.8. */
function distanceOf(wanted: Readonly<Record<string, string>>, running: ReadonlyMap<string, string | null>): Distance {
  const sum = [0, 0, 0, 0, 0];
  for (const [system, version] of Object.entries(wanted)) {
    const runs = running.get(system);
    if (runs === version) continue;
    sum[4] = (sum[4] ?? 0) + 1;
    const step = runs === undefined || runs === null ? { place: 0, by: 1 } : stepBetween(runs, version);
    if (step !== undefined) sum[step.place] = (sum[step.place] ?? 0) + step.by;
  }
  return sum;
}

/** The first number in which two versions differ (1 for the major), and by how much. */
function stepBetween(a: string, b: string): { readonly place: number; readonly by: number } | undefined {
  const [left, right] = [a, b].map((text) => text.replace(/^v/, "").split(/[.+-]/).map(Number));
  for (const place of [0, 1, 2]) {
    const by = Math.abs((left?.[place] ?? 0) - (right?.[place] ?? 0));
    if (by > 0) return { place: place + 1, by };
  }
  return undefined;
}

function compareDistances(a: Distance, b: Distance): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function differencesFrom(
  wanted: Readonly<Record<string, string>>,
  running: ReadonlyMap<string, string | null>,
): readonly string[] {
  return Object.entries(wanted).flatMap(([system, version]) => {
    const runs = running.get(system);
    if (runs === version) return [];
    if (runs === undefined) return [`${system} is not deployed here`];
    return [
      runs === null
        ? `which ${system} runs is not known (proven: ${version})`
        : `${system} ${runs}, proven: ${version}`,
    ];
  });
}
