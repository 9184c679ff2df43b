import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { Kept } from "../store/kept.ts";
import type { Store } from "../store/store.ts";
import type { Severity } from "../systems/contract.ts";

/** Open findings of one rule that are as urgent in one environment; the first of them by name stands for all. */
export interface OpenGroup {
  readonly rule: string;
  readonly group: string;
  readonly environment: string | null;
  /** Worst first, production before the rest. */
  readonly urgency: number;
  readonly count: number;
  readonly since: Instant;
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly fix: string;
  readonly severity: Severity;
  readonly places: readonly { readonly file: string }[];
}

/** What is open, of what a caller may see, the most urgent first. */
export type OpenFindings = (store: Store, visible: readonly string[] | undefined) => Promise<readonly OpenGroup[]>;

/** Counted once after each write of findings, for everybody: of 100,000 it takes longer than all else on a page. */
export function keepOpenFindings(): OpenFindings {
  const kept = new Kept<readonly OpenGroup[]>({ mostEntries: 1 });
  return async (store, visible) => {
    const all = await kept.get({ key: "", store, at: 0, make: readGroups });
    return visible === undefined ? all : all.filter(({ environment }) => visible.includes(environment ?? ""));
  };
}

async function readGroups(store: Store): Promise<readonly OpenGroup[]> {
  const { rows } = await sql<OpenGroup>`
    with open as (
      select rule, environment, urgency, count(*)::int as count, min(first_seen_at) as since, min(id) as first
      from finding where state = 'open' group by rule, environment, urgency
    )
    select open.rule, rule_group as group, open.environment, open.urgency, open.count, open.since,
      id, title, subject, message, fix, severity, places
    from open join finding on id = first order by open.urgency, id`.execute(store.tables());
  return rows;
}
