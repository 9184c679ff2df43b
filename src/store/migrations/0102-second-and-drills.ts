import type { Migration } from "./migration.ts";

/** How second repositories stand, what drills found, and how long proofs took (`src/backups/server`). */
export const migration0102: Migration = {
  number: 102,
  name: "second repositories and drills",
  sql: `
    create table backup_second (
      environment text primary key,
      -- When it was asked for last, and when that was answered last.
      at timestamptz(3) not null,
      seen_at timestamptz(3),
      -- Null: it was answered.
      why text,
      -- What was answered last; null: nothing yet.
      seen jsonb
    );
    create table backup_drills (
      environment text not null,
      id text not null,
      -- When it ended.
      at timestamptz(3) not null,
      verdict text not null,
      -- The run that did it; null: somebody by the command line.
      run text,
      -- The report with its signature; null: not read yet.
      signed jsonb,
      primary key (environment, id)
    );
    create index backup_drills_by_time on backup_drills (environment, at desc);
    -- How long restoring and comparing took; null: a proof of before this was told.
    alter table backup_proofs add column millis double precision;
  `,
};
