import type { Migration } from "./migration.ts";

/** The row by which a database is told from a copy of itself that was restored (`src/store/generation.ts`). */
export const migration0001: Migration = {
  number: 1,
  name: "generation",
  sql: `
    create table generation (
      only_row boolean primary key default true check (only_row),
      platform_id text not null,
      number bigint not null,
      beat_at timestamptz(3) not null,
      -- The transaction that wrote this row last, and where: a restored row was written by another.
      written_by text not null,
      written_in text not null
    );
  `,
};
