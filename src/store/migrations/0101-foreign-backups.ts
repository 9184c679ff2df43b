import type { Migration } from "./migration.ts";

/** What others back up, as it was looked at last; and how large repositories are (`src/backups/server`). */
export const migration0101: Migration = {
  number: 101,
  name: "foreign backups",
  sql: `
    create table backup_foreign (
      environment text primary key,
      -- When it was looked at last, and when that went well last.
      at timestamptz(3) not null,
      seen_at timestamptz(3),
      -- Null: it went well.
      why text,
      seen jsonb not null
    );
    create table backup_sizes (
      environment text not null,
      at timestamptz(3) not null,
      -- What its files take, each once: restic's raw data.
      bytes double precision not null,
      primary key (environment, at)
    );
  `,
};
