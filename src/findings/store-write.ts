import { sql } from "kysely";
import { idOf } from "../kernel/digest.ts";
import type { Instant } from "../kernel/instant.ts";
import { asJson, type Store } from "../store/store.ts";
import { type Finding, rankOf } from "./finding.ts";
import type { Fate, FindingEventKind, FindingState, Holds, Look } from "./life-cycle.ts";
import { type FindingTables, inChunks } from "./store-tables.ts";
import type { Suppression } from "./suppression.ts";

/** What was looked at. */
export interface Source {
  /** `repository:platform`, `cluster:production`, `configuration`. */
  readonly id: string;
  /** The commit or resource version. */
  readonly revision?: string | undefined;
}

export interface FindingChange {
  readonly id: string;
  readonly kind: FindingEventKind;
}

/** A finding as a look shows it. */
export interface Shown {
  readonly finding: Finding;
  readonly suppression: Suppression | undefined;
}

/** A finding as it was kept. */
export interface Before {
  readonly state: FindingState;
  readonly content: string;
  readonly severity: Finding["severity"];
}

/** Writes what is new or reads differently now. */
export async function writeFindings(
  store: Store,
  shown: ReadonlyMap<string, Shown>,
  before: ReadonlyMap<string, Before>,
  source: Source,
  at: Instant,
): Promise<readonly FindingChange[]> {
  const rows = [...shown.values()]
    .map((entry) => rowOf(entry, at))
    .filter((row) => before.get(row.id)?.content !== row.content);
  for (const chunk of inChunks(rows)) {
    await store
      .tables<FindingTables>()
      .insertInto("finding")
      .values(
        chunk.map((row) => ({
          ...row,
          places: asJson(row.places),
          suppression: row.suppression === null ? null : asJson(row.suppression),
        })),
      )
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((update) => ({
          title: update.ref("excluded.title"),
          severity: update.ref("excluded.severity"),
          urgency: update.ref("excluded.urgency"),
          message: update.ref("excluded.message"),
          fix: update.ref("excluded.fix"),
          places: update.ref("excluded.places"),
          suppression: update.ref("excluded.suppression"),
          content: update.ref("excluded.content"),
          version: sql<number>`finding.version + 1`,
        })),
      )
      .execute();
  }
  const worsened = rows.flatMap(({ id, severity }) => {
    const old = before.get(id)?.severity;
    return old === undefined || old === severity
      ? []
      : [{ id, kind: "severity-changed" as const, detail: `${old} to ${severity}` }];
  });
  await writeEvents(store, worsened, source, at);
  return worsened.map(({ id, kind }) => ({ id, kind }));
}

function rowOf({ finding, suppression }: Shown, at: Instant) {
  const { id, rule, title, severity, subject, environment, message, fix, places } = finding;
  return {
    id,
    rule,
    title,
    rule_group: finding.group,
    severity,
    urgency: rankOf(severity) * 2 + (environment === "production" ? 0 : 1),
    subject,
    environment: environment ?? null,
    message,
    fix,
    places,
    suppression: suppression ?? null,
    content: idOf([title, severity, message, fix, JSON.stringify(places), JSON.stringify(suppression ?? null)]),
    // Of a new finding; that of a kept one is decided by all its sightings.
    state: suppression === undefined ? ("open" as const) : ("suppressed" as const),
    first_seen_at: at,
    state_since: at,
    closed_by: null,
  };
}

export async function writeSightings(
  store: Store,
  shown: ReadonlyMap<string, Shown>,
  source: Source,
  at: Instant,
): Promise<void> {
  const rows = [...shown].map(([id, { suppression }]) => ({
    id,
    holds: (suppression === undefined ? "yes" : "suppressed") as Holds,
  }));
  await sql`
    insert into finding_sighting (finding_id, source, holds, first_seen_at, last_seen_at)
    select id, ${source.id}, holds, ${at}, ${at}
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ holds }) => holds)}::text[]) as shown (id, holds)
    on conflict (finding_id, source) do update
      set holds = excluded.holds, unknown_why = null, last_seen_at = excluded.last_seen_at`.execute(store.tables());
}

export async function writeFates(store: Store, fates: readonly Fate[], source: Source): Promise<void> {
  const rows = fates.map((fate) => ({ id: fate.id, why: fate.kind === "unknown" ? fate.why : null }));
  await sql`
    update finding_sighting set holds = case when why is null then 'no' else holds end, unknown_why = why
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ why }) => why)}::text[]) as fate (id, why)
    where finding_id = fate.id and source = ${source.id}`.execute(store.tables());
}

export async function writeEvents(
  store: Store,
  events: readonly { readonly id: string; readonly kind: FindingEventKind; readonly detail: string }[],
  source: Source,
  at: Instant,
): Promise<void> {
  for (const chunk of inChunks(events)) {
    await store
      .tables<FindingTables>()
      .insertInto("finding_event")
      .values(chunk.map(({ id, kind, detail }) => ({ finding_id: id, at, kind, source: source.id, detail })))
      .execute();
  }
}

/** The questions of the last look; one asked before keeps its date. */
export async function writeQuestions(store: Store, look: Look, source: Source, at: Instant): Promise<void> {
  const tables = store.tables<FindingTables>();
  const old = await tables
    .selectFrom("open_question")
    .select(["id", "since"])
    .where("source", "=", source.id)
    .execute();
  const since = new Map(old.map((row) => [row.id, row.since]));
  await tables.deleteFrom("open_question").where("source", "=", source.id).execute();
  const rows = look.unknown.map((question) => ({
    source: source.id,
    id: question.id,
    rule: question.rule,
    title: question.title,
    subject: question.subject,
    environment: question.environment ?? null,
    why: question.why,
    how_to_learn: question.howToLearn,
    since: since.get(question.id) ?? at,
  }));
  for (const chunk of inChunks(rows))
    await tables
      .insertInto("open_question")
      .values([...chunk])
      .execute();
}

export async function writeSource(
  store: Store,
  look: Look,
  source: Source,
  at: Instant,
  problems: readonly string[],
): Promise<void> {
  const summary = {
    findings: look.findings.length,
    suppressed: look.suppressed.length,
    unknown: look.unknown.length,
    rules: look.ran.size,
    problems: problems.slice(0, 100),
  };
  const row = { at, revision: source.revision ?? null, summary: asJson(summary) };
  await store
    .tables<FindingTables>()
    .insertInto("observed_source")
    .values({ source: source.id, ...row })
    .onConflict((conflict) => conflict.column("source").doUpdateSet(row))
    .execute();
}

/** Counts the findings anew. */
export async function writeCounts(store: Store): Promise<void> {
  await sql`delete from finding_count`.execute(store.tables());
  await sql`
    insert into finding_count (environment, severity, state, count)
    select coalesce(environment, ''), severity, state, count(*) from finding group by 1, 2, 3`.execute(store.tables());
}
