import { sql } from "kysely";
import type { Component } from "../platform/pin.ts";
import type { Store } from "../store/store.ts";

/** A component in an environment, as it is declared, and as it runs where a cluster was looked at. */
export interface Instance extends Component {
  readonly declared: string | null;
  readonly live: string | null;
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
export async function instancesOf(
  store: Store,
  visible: readonly string[] | undefined,
  name?: string,
): Promise<readonly Instance[]> {
  const narrowed = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const named = name === undefined ? sql`true` : sql`name = ${name}`;
  const { rows } = await sql<Row>`
    select source, name, environment, system, namespace, version, pins from observed_component
    where ${narrowed} and ${named} order by name, environment, source`.execute(store.tables());
  return [...Map.groupBy(rows, (row) => `${row.name}\n${row.environment}`).values()].map(together);
}

function together(rows: readonly Row[]): Instance {
  const live = rows.filter(({ source }) => source.startsWith("cluster:"));
  const declared = rows.filter((row) => !live.includes(row));
  const first = <K extends "system" | "namespace" | "version">(from: readonly Row[], field: K): string | null =>
    from.find((row) => row[field] !== null)?.[field] ?? null;
  const [one] = rows;
  const [declaredVersion, liveVersion] = [first(declared, "version"), first(live, "version")];
  return {
    name: one?.name ?? "",
    environment: one?.environment === "" ? null : (one?.environment ?? null),
    system: first(rows, "system"),
    namespace: first([...live, ...declared], "namespace"),
    version: liveVersion ?? declaredVersion,
    pins: [...new Set(rows.flatMap(({ pins }) => pins))],
    declared: declaredVersion,
    live: liveVersion,
    sources: rows.map(({ source }) => source),
  };
}
