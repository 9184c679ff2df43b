import type { Migration } from "./migration.ts";

/** What was seen of the backups' repositories (`src/backups/server`). They are the truth; this is a mirror of them. */
export const migration0100: Migration = {
  number: 100,
  name: "backups",
  sql: `
    create table backup_looks (
      environment text primary key,
      -- When it was looked at last, and when it answered last.
      at timestamptz(3) not null,
      seen_at timestamptz(3),
      -- Null: it answered.
      why text,
      debris integer not null,
      others integer not null
    );
    create table backups (
      environment text not null,
      id text not null,
      store text not null,
      kind text not null,
      class text not null,
      -- The step of the run that made it: RUN/STEP.
      mark text,
      point text,
      taken_at timestamptz(3) not null,
      bytes double precision not null,
      digest text not null,
      first_seen timestamptz(3) not null,
      last_seen timestamptz(3) not null,
      gone_at timestamptz(3),
      -- The run that removed it; null: behind our back.
      removed_by text,
      primary key (environment, id)
    );
    create index backups_by_store on backups (environment, store, taken_at desc);
    create table backup_proofs (
      environment text not null,
      snapshot text not null,
      backup text not null,
      proven_at timestamptz(3) not null,
      verdict text not null,
      digest text not null,
      primary key (environment, snapshot)
    );
    create index backup_proofs_by_backup on backup_proofs (environment, backup, proven_at desc);
    create table backup_points (
      environment text not null,
      id text not null,
      at timestamptz(3) not null,
      fenced boolean not null,
      content jsonb not null,
      last_seen timestamptz(3) not null,
      primary key (environment, id)
    );
    create table backup_checks (
      id integer generated always as identity primary key,
      environment text not null,
      at timestamptz(3) not null,
      ended_at timestamptz(3) not null,
      read_data boolean not null,
      -- What is wrong, in restic's words; empty: nothing.
      damage jsonb not null,
      run text
    );
    create index backup_checks_by_environment on backup_checks (environment, at desc);
    create table backup_receipts (
      environment text not null,
      backup text not null,
      store text not null,
      line text not null,
      taken_at timestamptz(3) not null,
      valid_until timestamptz(3) not null,
      issued_at timestamptz(3) not null,
      run text,
      primary key (environment, backup)
    );
    -- Backups that a run which has not ended waits with.
    create table backup_holds (
      run text not null,
      environment text not null,
      backup text not null,
      since timestamptz(3) not null,
      primary key (run, environment, backup)
    );
    create table backup_turns (
      environment text not null,
      schedule text not null,
      begun_until timestamptz(3) not null,
      primary key (environment, schedule)
    );
  `,
};
