import type { Migration } from "./migration.ts";

/** Removals as they are written down in repositories, and since when debris lies there (`src/backups/server/removals.ts`). */
export const migration0109: Migration = {
  number: 109,
  name: "backup removals",
  sql: `
    create table backup_removals (
      environment text not null,
      id text not null,
      -- When it was begun, by whoever removed.
      at timestamptz(3) not null,
      -- What it says; null: not read yet.
      said jsonb,
      -- Why nobody goes by it; null: it is signed.
      untrusted text,
      -- When it was asked for last; null: never.
      asked_at timestamptz(3),
      primary key (environment, id)
    );
    -- When the oldest of it was stored; null: none lies there, or it was not told.
    alter table backup_looks add column debris_since timestamptz(3);
  `,
};
