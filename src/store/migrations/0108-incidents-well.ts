import type { Migration } from "./migration.ts";

/** Since when what an incident came from is well again (`src/incidents/well.ts`). */
export const migration0108: Migration = {
  number: 108,
  name: "incidents well",
  sql: `
    -- Null: it is in trouble, or nobody can tell.
    alter table incidents add column well_since timestamptz(3);
  `,
};
