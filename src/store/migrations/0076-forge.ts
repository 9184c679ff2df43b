import type { Migration } from "./migration.ts";

/** How the forge guards the branch that each environment follows (`src/forge`). */
export const migration0076: Migration = {
  number: 76,
  name: "forge",
  sql: `
    create table forge_branch (
      environment text primary key,
      project text not null,
      -- Null: the default branch, whose name could not be learnt.
      branch text,
      guard jsonb not null,
      at timestamptz(3) not null
    );
  `,
};
