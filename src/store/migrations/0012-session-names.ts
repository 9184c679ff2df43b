import type { Migration } from "./migration.ts";

/** By what the login service named whoever logged in: who may approve is configured by those names (`src/access`). */
export const migration0012: Migration = {
  number: 12,
  name: "session-names",
  sql: `alter table sessions add column known jsonb;`,
};
