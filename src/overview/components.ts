import { sql } from "kysely";
import type { LiveWorkload } from "../live/facts.ts";
import { isSameVersion, type Running, repositoryOf, runningOf } from "../live/running.ts";
import { listFacts, listLooks } from "../live/store.ts";
import type { Component } from "../platform/pin.ts";
import type { Store } from "../store/store.ts";

/** How what runs stands to what is declared; `absent` where the cluster was looked at, `unknown` where nobody can tell. */
export const runningStates = ["as-declared", "different", "absent", "unknown"] as const;

/** A component in an environment, as it is declared, and as it runs where a cluster was looked at. */
export interface Instance extends Component {
  readonly declared: string | null;
  readonly live: string | null;
  readonly running: (typeof runningStates)[number];
  /** Of an unknown one. */
  readonly runningWhy: string | null;
  readonly sources: readonly string[];
}

interface Row {
  readonly source: string;
  readonly name: string;
  readonly environment: string;
  readonly system: string | null;
  readonly namespace: string | null;
  readonly version: string | null;
  readonly pins: readonly string[];
}

/** Every component once an environment, by name; `version` is what runs, or else what is declared. */
export async function instancesOf(store: Store, visible: readonly string[] | undefined): Promise<readonly Instance[]> {
  const narrowed = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const { rows } = await sql<Row>`
    select source, name, environment, system, namespace, version, pins from observed_component
    where ${narrowed} order by name, environment, source`.execute(store.tables());
  const seen = await lookAtClusters(store, visible);
  return [...Map.groupBy(rows, (row) => `${row.name}\n${row.environment}`).values()].map((all) => together(all, seen));
}

/** What the clusters showed when they were looked at last. */
interface Clusters {
  /** Environment → what runs there, where that could be seen. */
  readonly workloads: ReadonlyMap<string, readonly LiveWorkload[]>;
  /** Environment → the names of its Applications, where those could be seen. */
  readonly applications: ReadonlyMap<string, ReadonlySet<string> | "unseen">;
  /** Pin → the image that it fixes. */
  readonly images: ReadonlyMap<string, string>;
}

async function lookAtClusters(store: Store, visible: readonly string[] | undefined): Promise<Clusters> {
  const looks = await listLooks(store, visible);
  const seen = looks.filter(({ seen_at, unseen }) => seen_at !== null && unseen["workloads"] === undefined);
  if (seen.length === 0) return { workloads: new Map(), applications: new Map(), images: new Map() };
  const facts = Map.groupBy(await listFacts(store, "workload", { visible }), ({ environment }) => environment);
  const applications = Map.groupBy(
    await listFacts(store, "application", { visible }),
    ({ environment }) => environment,
  );
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct id, name from observed_pin where kind = 'image'`.execute(store.tables());
  return {
    workloads: new Map(
      seen.map(({ environment }) => [environment, (facts.get(environment) ?? []).map(({ content }) => content)]),
    ),
    applications: new Map(
      seen.map(({ environment, unseen }) => {
        const names = new Set((applications.get(environment) ?? []).map(({ content }) => content.name));
        return [environment, unseen["applications"] === undefined ? names : "unseen"];
      }),
    ),
    images: new Map(rows.map(({ id, name }) => [id, repositoryOf(name)])),
  };
}

function together(rows: readonly Row[], clusters: Clusters): Instance {
  const live = rows.filter(({ source }) => source.startsWith("cluster:"));
  const declared = rows.filter((row) => !live.includes(row));
  const first = <K extends "system" | "namespace" | "version">(from: readonly Row[], field: K): string | null =>
    from.find((row) => row[field] !== null)?.[field] ?? null;
  const [one] = rows;
  const component = {
    name: one?.name ?? "",
    environment: one?.environment === "" ? null : (one?.environment ?? null),
    system: first(rows, "system"),
    namespace: first([...live, ...declared], "namespace"),
    pins: [...new Set(rows.flatMap(({ pins }) => pins))],
  };
  const declaredVersion = first(declared, "version");
  const told = first(live, "version");
  const running: Running = told === null ? runningIn(component, clusters) : { kind: "runs", version: told };
  const liveVersion = running.kind === "runs" ? running.version : null;
  return {
    ...component,
    version: liveVersion ?? declaredVersion,
    declared: declaredVersion,
    live: liveVersion,
    ...standingOf(running, declaredVersion),
    sources: rows.map(({ source }) => source),
  };
}

function runningIn(component: Omit<Component, "version">, { workloads, applications, images }: Clusters): Running {
  const { environment, pins } = component;
  const here = environment === null ? undefined : workloads.get(environment);
  if (here === undefined) return { kind: "unknown", why: "no cluster was looked at, or it did not show what runs" };
  const sought = { ...component, images: new Set(pins.flatMap((pin) => images.get(pin) ?? [])) };
  return runningOf(sought, here, applications.get(environment ?? ""));
}

function standingOf(running: Running, declared: string | null): Pick<Instance, "running" | "runningWhy"> {
  if (running.kind === "unknown") return { running: "unknown", runningWhy: running.why };
  if (running.kind === "absent") return { running: "absent", runningWhy: null };
  if (declared === null) return { running: "unknown", runningWhy: "nothing says which version it ought to be" };
  return { running: isSameVersion(declared, running.version) ? "as-declared" : "different", runningWhy: null };
}
