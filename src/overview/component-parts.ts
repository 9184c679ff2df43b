import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Severity } from "../systems/contract.ts";

/** A place that fixes a version of a component, and how it stands to its upstream. */
export interface PinStanding {
  readonly id: string;
  readonly source: string;
  readonly environment: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly file: string;
  readonly line: number;
  readonly version: string | null;
  readonly freshness: string | null;
  readonly newest: string | null;
  readonly next: string | null;
  readonly behind: number | null;
}

const seen = (visible: readonly string[] | undefined) =>
  visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;

export async function pinsWithFreshness(store: Store, ids: readonly string[]): Promise<readonly PinStanding[]> {
  const { rows } = await sql<PinStanding>`
    select p.id, p.source, p.environment, p.kind, p.name, p.state, p.pin->>'file' as file,
      (p.pin->>'line')::int as line, p.pin->>'version' as version, f.state as freshness,
      f.answer->>'newest' as newest, f.answer->>'next' as next, (f.answer->>'behind')::int as behind
    from observed_pin p left join freshness f on f.source = p.source and f.pin_id = p.id
    where p.id = any(${[...ids]}::text[]) order by p.environment, p.kind, p.name, p.id limit 200`.execute(
    store.tables(),
  );
  return rows;
}

export interface FindingOfComponent {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly environment: string | null;
  readonly subject: string;
  readonly message: string;
  readonly since: Instant;
}

/** Open findings whose subject names the component, or what its pins name; worst first. */
export async function findingsOf(
  store: Store,
  visible: readonly string[] | undefined,
  names: readonly string[],
): Promise<readonly FindingOfComponent[]> {
  const { rows } = await sql<FindingOfComponent>`
    select id, rule, title, severity, environment, subject, message, first_seen_at as since from finding
    where state = 'open' and ${seen(visible)}
      and (substr(subject, strpos(subject, '/') + 1) = any(${[...names]}::text[])
        or string_to_array(subject, '/') && ${[...names]}::text[])
    order by urgency, id limit 100`.execute(store.tables());
  return rows;
}

/** Runs that name the component, the newest first. */
export async function runsOfComponent(store: Store, visible: readonly string[] | undefined, name: string) {
  const { rows } = await sql<{
    id: string;
    title: string;
    environment: string;
    state: string;
    created_at: Instant;
    ended_at: Instant | null;
  }>`
    select id, title, environment, state, created_at, ended_at from runs
    where ${seen(visible)} and (links->>'component' = ${name} or arguments->>'component' = ${name})
    order by created_at desc, id desc limit 10`.execute(store.tables());
  return rows;
}

/** Work orders that name the component and are not over, then those that were done last. */
export async function workOfComponent(store: Store, visible: readonly string[] | undefined, name: string) {
  const { rows } = await sql<{ id: string; title: string; environment: string | null; state: string; at: Instant }>`
    select id, title, environment, state, created_at as at from work_orders
    where ${seen(visible)} and component = ${name}
    order by (state in ('done', 'cancelled')), created_at desc limit 20`.execute(store.tables());
  return rows;
}
