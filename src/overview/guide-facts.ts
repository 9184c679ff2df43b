import { sql } from "kysely";
import { environmentsOf, mayUse } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { momentAfter } from "../calendar/recurrence.ts";
import { calendarKey } from "../calendar/service.ts";
import { openTurns } from "../calendar/store-duties.ts";
import { healthOf } from "../health/components.ts";
import { type KeyMetricValue, latestKeyMetrics } from "../health/key-metric-values.ts";
import { healthService } from "../health/routes.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { standings } from "../observations/store-read.ts";
import type { Store } from "../store/store.ts";
import { knownKey } from "./known.ts";
import { lastDone, provenUntil } from "./lines-unproven.ts";
import type { OpenGroup } from "./open-findings.ts";

/** How a duty stands, and what proves it. */
export interface DutyStanding {
  readonly id: string;
  readonly title: string;
  readonly environment: string | undefined;
  readonly state: "overdue" | "due" | "proven" | "stale" | "never";
  readonly dueAt: Instant;
  readonly doneAt: Instant | undefined;
  /** The journal's entry about its last time. */
  readonly entry: number | undefined;
  readonly evidence: string;
}

/** Findings of one rule that are open. */
export interface OpenRule {
  readonly rule: string;
  readonly group: string;
  readonly count: number;
}

/** All that the state of a guide's line is told from, read at once. */
export interface GuideFacts {
  readonly now: Instant;
  readonly duties: ReadonlyMap<string, DutyStanding>;
  readonly open: readonly OpenRule[];
  /** When a repository, a cluster, the forge were looked at last; missing: never. */
  readonly looked: { readonly repository?: Instant; readonly cluster?: Instant; readonly forge?: Instant };
  /** When upstreams were asked last. */
  readonly upstreams: Instant | undefined;
  /** The newest entry of the journal of each kind. */
  readonly entries: ReadonlyMap<string, { readonly sequence: number; readonly at: Instant }>;
  /** System → how each of its components is. */
  readonly health: ReadonlyMap<string, readonly { readonly kind: string; readonly component: string }[]>;
  /** Key metric → its newest value in each environment. */
  readonly metrics: ReadonlyMap<string, readonly KeyMetricValue[]>;
}

export async function guideFacts(context: RouteContext): Promise<GuideFacts> {
  const { store, now, services, principal } = context;
  const visible = environmentsOf(principal, "viewer");
  const [duties, open, looked, upstreams, entries, seen, values] = await Promise.all([
    dutiesStanding(context),
    services.need(knownKey).openFindings(store, visible),
    lookedAt(store),
    askedUpstreams(store),
    newestEntries(store, visible),
    standings(store, now, { environments: visible }),
    latestKeyMetrics(store, now, visible),
  ]);
  const components = healthOf(seen, services.need(healthService).needs);
  const health = Map.groupBy(
    components.map(({ system, component, environment, health: { kind } }) => ({
      system,
      kind,
      component: `${component} in ${environment}`,
    })),
    ({ system }) => system,
  );
  const metrics = Map.groupBy(values, ({ id }) => id);
  return { now, duties, open: openRules(open), looked, upstreams, entries, health, metrics };
}

async function dutiesStanding({
  store,
  now,
  services,
  principal,
}: RouteContext): Promise<ReadonlyMap<string, DutyStanding>> {
  const [open, done] = await Promise.all([openTurns(store), lastDone(store)]);
  const entries = await entriesOfDuties(store, [...done.keys()]);
  const duties = services
    .need(calendarKey)
    .compiled(now)
    .duties.filter(({ environment }) => environment === undefined || mayUse(principal, "viewer", environment))
    .map((duty): DutyStanding => {
      const turn = open.get(duty.id);
      const doneAt = done.get(duty.id);
      const proven = doneAt !== undefined && provenUntil(duty, doneAt) >= Date.parse(now);
      const closed = doneAt === undefined ? "never" : proven ? "proven" : "stale";
      return {
        id: duty.id,
        title: duty.title,
        environment: duty.environment,
        state: turn === undefined ? closed : turn.state === "overdue" ? "overdue" : "due",
        dueAt: turn?.due_at ?? instantOf(momentAfter(duty.recurrence, duty.zone, Date.parse(now))),
        doneAt,
        entry: entries.get(duty.id),
        evidence: duty.evidence,
      };
    });
  return new Map(duties.map((duty) => [duty.id, duty]));
}

async function entriesOfDuties(store: Store, duties: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ duty: string; sequence: number }>`
    select duty, newest.sequence from unnest(${[...duties]}::text[]) duty
    cross join lateral (
      select sequence from journal_entries where links @> jsonb_build_object('duty', duty) order by sequence desc limit 1
    ) newest`.execute(store.tables());
  return new Map(rows.map(({ duty, sequence }) => [duty, Number(sequence)]));
}

function openRules(open: readonly OpenGroup[]): readonly OpenRule[] {
  return [...Map.groupBy(open, ({ rule }) => rule)].map(([rule, groups]) => ({
    rule,
    group: groups[0]?.group ?? "",
    count: groups.reduce((sum, { count }) => sum + count, 0),
  }));
}

async function lookedAt(store: Store): Promise<GuideFacts["looked"]> {
  const { rows } = await sql<{ of: "repository" | "cluster" | "forge"; at: Instant }>`
    select split_part(source, ':', 1) as of, max(at) as at from observed_source
    where source like 'repository:%' or source like 'cluster:%' or source = 'forge' group by 1`.execute(store.tables());
  return Object.fromEntries(rows.map(({ of, at }) => [of, at]));
}

async function askedUpstreams(store: Store): Promise<Instant | undefined> {
  const { rows } = await sql<{ at: Instant | null }>`select max(asked_at) as at from freshness`.execute(store.tables());
  return rows[0]?.at ?? undefined;
}

async function newestEntries(store: Store, visible: readonly string[] | undefined): Promise<GuideFacts["entries"]> {
  const narrowed = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const { rows } = await sql<{ kind: string; sequence: number; at: Instant }>`
    select kind, newest.sequence, newest.at from unnest(array['incident', 'work-order', 'note', 'run']) kind
    cross join lateral (
      select sequence, at from journal_entries where journal_entries.kind = kind.kind and ${narrowed}
      order by sequence desc limit 1
    ) newest`.execute(store.tables());
  return new Map(rows.map(({ kind, sequence, at }) => [kind, { sequence: Number(sequence), at }]));
}
