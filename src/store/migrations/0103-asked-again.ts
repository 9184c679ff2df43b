import type { Migration } from "./migration.ts";

/** What gave no answer yet and is asked again (`src/backups/server`). */
export const migration0103: Migration = {
  number: 103,
  name: "asked again",
  sql: `
    -- When the report of a drill was asked for last, of one that is not read yet; null: never.
    alter table backup_drills add column asked_at timestamptz(3);
    -- Null: nothing was answered yet, as of second repositories.
    alter table backup_foreign alter column seen drop not null;
  `,
};
