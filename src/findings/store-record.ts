import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Audit } from "./audit.ts";
import { changeOf, type Fate, fatesOf, type Holds, type Look, lookOf, type Sighting, stateOf } from "./life-cycle.ts";
import type { FindingTables } from "./store-tables.ts";
import {
  type Before,
  type FindingChange,
  type Shown,
  type Source,
  writeCounts,
  writeEvents,
  writeFates,
  writeFindings,
  writeQuestions,
  writeSightings,
  writeSource,
} from "./store-write.ts";

/** One recorder at a time: two that touched the same findings in another order would wait for each other. */
const turn = 0x66696e64;

/** Keeps what an audit of a source with these rules showed, and returns what it changed. All of it or nothing. */
export function recordAudit(
  store: Store,
  audit: Audit,
  source: Source,
  rules: readonly { readonly id: string }[],
): Promise<readonly FindingChange[]> {
  return recordLook(
    store,
    lookOf(audit, rules),
    source,
    audit.at,
    audit.problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`),
  );
}

/** Keeps what one look at a source showed. Times never run backwards, also when the clock was set back. */
export function recordLook(
  store: Store,
  look: Look,
  source: Source,
  now: Instant,
  problems: readonly string[] = [],
): Promise<readonly FindingChange[]> {
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${turn})`.execute(part.tables());
    const at = await laterOf(part, source, now);
    const kept = await keptOf(part, source.id);
    const fates = fatesOf(kept, look);
    const shown = shownIn(look);
    const before = await statesOf(part, [...shown.keys(), ...fates.map(({ id }) => id)]);

    const changed = await writeFindings(part, shown, before, source, at);
    await writeSightings(part, shown, source, at);
    await writeFates(part, fates, source);
    await writeQuestions(part, look, source, at);
    await writeSource(part, look, source, at, problems);
    const moved = await moveStates(part, before, [...shown.keys()], fates, source, at);
    const doubted = await writeDoubts(part, fates, kept, source, at);
    await writeCounts(part);
    return [...moved, ...changed, ...doubted];
  });
}

const unlooked = "which is no longer looked at";

/** Whether a finding was closed though nobody looked: its source was forgotten. */
export function closedUnlooked(closedBy: string | null): boolean {
  return closedBy?.includes(unlooked) === true;
}

/** A source that is no longer looked at shows nothing any more; `by` says who took it away. */
export async function forgetSource(
  store: Store,
  source: string,
  by: string,
  now: Instant,
): Promise<readonly FindingChange[]> {
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${turn})`.execute(part.tables());
    const kept = await keptOf(part, source);
    const before = await statesOf(
      part,
      kept.map(({ id }) => id),
    );
    const fates = kept.map(({ id }): Fate => ({ id, kind: "gone" }));
    await writeFates(part, fates, { id: source });
    const moved = await moveStates(part, before, [], fates, { id: `${source}, ${unlooked} (${by})` }, now);
    const tables = part.tables<FindingTables>();
    for (const table of ["open_question", "observed_component", "observed_pin", "observed_source"] as const)
      await tables.deleteFrom(table).where("source", "=", source).execute();
    await writeCounts(part);
    return moved;
  });
}

function shownIn(look: Look): ReadonlyMap<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const { finding, suppression } of look.suppressed) shown.set(finding.id, { finding, suppression });
  for (const finding of look.findings) shown.set(finding.id, { finding, suppression: undefined });
  return shown;
}

async function laterOf(store: Store, source: Source, now: Instant): Promise<Instant> {
  const tables = store.tables<FindingTables>();
  const last = await tables
    .selectFrom("observed_source")
    .select("at")
    .where("source", "=", source.id)
    .executeTakeFirst();
  return last !== undefined && last.at > now ? last.at : now;
}

/** Takes out findings that closed before a moment; their history goes with them. Returns how many. */
export async function dropClosedFindings(store: Store, before: Instant): Promise<number> {
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${turn})`.execute(part.tables());
    const [result] = await part
      .tables<FindingTables>()
      .deleteFrom("finding")
      .where("state", "=", "closed")
      .where("state_since", "<", before)
      .execute();
    await writeCounts(part);
    return Number(result?.numDeletedRows ?? 0n);
  });
}

interface Kept extends Sighting {
  /** The last look could not tell. */
  readonly doubted: boolean;
}

async function keptOf(store: Store, source: string): Promise<readonly Kept[]> {
  const rows = await store
    .tables<FindingTables>()
    .selectFrom("finding_sighting")
    .innerJoin("finding", "finding.id", "finding_sighting.finding_id")
    .select(["finding.id", "rule", "subject", "environment", "places", "unknown_why"])
    .where("source", "=", source)
    .where("holds", "!=", "no")
    .execute();
  return rows.map(({ environment, places, unknown_why, ...row }) => ({
    ...row,
    environment: environment ?? undefined,
    files: places.map(({ file }) => file),
    doubted: unknown_why !== null,
  }));
}

async function statesOf(store: Store, ids: readonly string[]): Promise<Map<string, Before>> {
  const { rows } = await sql<Before & { readonly id: string }>`
    select id, state, content, severity from finding where id = any(${ids})`.execute(store.tables());
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/** Notes once, when it begins, that a finding cannot be judged. */
async function writeDoubts(
  store: Store,
  fates: readonly Fate[],
  kept: readonly Kept[],
  source: Source,
  at: Instant,
): Promise<readonly FindingChange[]> {
  const doubted = new Set(kept.filter((sighting) => sighting.doubted).map(({ id }) => id));
  const events = fates.flatMap((fate) =>
    fate.kind === "unknown" && !doubted.has(fate.id)
      ? [{ id: fate.id, kind: "cannot-tell" as const, detail: fate.why }]
      : [],
  );
  await writeEvents(store, events, source, at);
  return events.map(({ id, kind }) => ({ id, kind }));
}

/** Gives each finding the state that its sightings make. */
async function moveStates(
  store: Store,
  before: ReadonlyMap<string, Before>,
  shown: readonly string[],
  fates: readonly Fate[],
  source: Source,
  at: Instant,
): Promise<readonly FindingChange[]> {
  const ids = [...shown, ...fates.filter(({ kind }) => kind === "gone").map(({ id }) => id)];
  const { rows } = await sql<{ readonly id: string; readonly holds: Holds[] }>`
    select finding_id as id, array_agg(holds) as holds from finding_sighting where finding_id = any(${ids}) group by finding_id
    `.execute(store.tables());
  const moved = rows.flatMap(({ id, holds }) => {
    const state = stateOf(holds);
    const kind = changeOf(before.get(id)?.state, state);
    return kind === undefined ? [] : [{ id, state, kind, detail: source.revision ?? "" }];
  });
  const kept = moved.filter(({ id }) => before.has(id));
  await sql`
    update finding set state = moved.state, state_since = ${at}, version = version + 1,
      closed_by = case when moved.state = 'closed' then ${closer(source)} end
    from unnest(${kept.map(({ id }) => id)}::text[], ${kept.map(({ state }) => state)}::text[]) as moved (id, state)
    where finding.id = moved.id`.execute(store.tables());
  await writeEvents(store, moved, source, at);
  return moved.map(({ id, kind }) => ({ id, kind }));
}

function closer({ id, revision }: Source): string {
  return revision === undefined ? id : `${id} at ${revision}`;
}
