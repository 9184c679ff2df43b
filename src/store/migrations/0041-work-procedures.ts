import type { Migration } from "./migration.ts";

/** What a run does for a work order (`src/calendar/runs.ts`). */
export const migration0041: Migration = {
  number: 41,
  name: "work-procedures",
  sql: `
    -- { id, arguments, digest }: the digest is of the plan as it was when the work was planned.
    alter table work_orders add column procedure jsonb;
    create index work_orders_run on work_orders (run_id) where state = 'running' and run_id is not null;
  `,
};
