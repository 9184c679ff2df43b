import { sql } from "kysely";
import { idOf } from "../kernel/digest.ts";
import type { Store } from "../store/store.ts";
import type { FindingRow } from "./store-read.ts";

/** What findings that are mended together have in common, and what that work is called. */
export interface Together {
  readonly key: string;
  readonly title: string;
}

/**
 * Whoever mends one finding of a rule in an environment mends the others of it in the same change; what shows at a component or an
 * Application is that one's work. So a thousand findings are a handful of work orders.
 */
export function togetherOf({
  rule,
  environment,
  subject,
  title,
}: Pick<FindingRow, "rule" | "environment" | "subject" | "title">): Together {
  const place = environment === null ? "" : ` in ${environment}`;
  return isOwnWork(subject)
    ? { key: idOf(["together", rule, environment ?? "", subject]), title: `${title}: ${subject}${place}` }
    : { key: idOf(["together", rule, environment ?? ""]), title: `${title}${place}` };
}

/** Whether a subject is mended by itself, whatever else its rule finds. */
export function isOwnWork(subject: string): boolean {
  return /^(?:component|application)\//.test(subject);
}

export interface OpenWork {
  readonly id: string;
  readonly title: string;
  readonly state: "proposed" | "planned" | "running";
}

/** The work order that is to mend a finding, alone or with others; undefined: none is open. */
export async function openWorkFor(
  store: Store,
  finding: Pick<FindingRow, "id" | "rule" | "environment" | "subject" | "title">,
): Promise<OpenWork | undefined> {
  const { rows } = await sql<OpenWork>`
    select id, title, state from work_orders
    where state in ('proposed', 'planned', 'running') and origin->>'kind' = 'finding'
      and (origin->>'finding' = ${finding.id} or origin->>'together' = ${togetherOf(finding).key})
    order by created_at, id limit 1`.execute(store.tables());
  return rows[0];
}
