import type { Migration } from "./migration.ts";

/** Runs: plans as data, what became of each step, who decided what (`src/engine`). */
export const migration0050: Migration = {
  number: 50,
  name: "engine",
  sql: `
    create table workers (
      id text primary key,
      version text not null,
      -- Nothing: it works for all of them.
      environments jsonb,
      started_at timestamptz(3) not null,
      -- By the database's clock alone, so that no worker's clock decides who is dead.
      beat_at timestamptz(3) not null
    );

    create table runs (
      id text primary key,
      -- What the caller names to start one run only, however often it asks.
      key text unique,
      procedure text not null,
      procedure_version integer not null,
      title text not null,
      environment text not null,
      links jsonb not null,
      arguments jsonb not null,
      plan jsonb not null,
      digest text not null,
      mode text not null,
      state text not null,
      waits_for text,
      reason text,
      wake_at timestamptz(3),
      direction text not null,
      position integer not null,
      attempt integer not null,
      step_started_at timestamptz(3),
      approved_until timestamptz(3),
      wanted text,
      -- Grows with every change: what two operators at once are told apart by.
      version integer not null,
      -- Grows with every take-over: whoever holds an earlier one can write nothing more.
      leg integer not null,
      held_by text,
      requested_by jsonb not null,
      created_at timestamptz(3) not null,
      started_at timestamptz(3),
      ended_at timestamptz(3),
      updated_at timestamptz(3) not null
    );
    create index runs_live on runs (environment, state) where ended_at is null;
    create index runs_age on runs (created_at, id);

    create table run_attempts (
      run_id text not null references runs (id) on delete cascade,
      direction text not null,
      step integer not null,
      attempt integer not null,
      name text not null,
      outcome text not null,
      message text not null,
      evidence jsonb,
      log jsonb not null,
      actor jsonb,
      leg integer not null,
      started_at timestamptz(3) not null,
      ended_at timestamptz(3) not null,
      primary key (run_id, direction, step, attempt)
    );

    create table run_approvals (
      id bigint generated always as identity primary key,
      run_id text not null references runs (id) on delete cascade,
      step integer not null,
      attempt integer not null,
      digest text not null,
      approved boolean not null,
      actor jsonb not null,
      reason text,
      -- The emergency rights that stood in for a second person.
      emergency text,
      decided_at timestamptz(3) not null,
      expires_at timestamptz(3)
    );
    create index run_approvals_run on run_approvals (run_id);

    create table run_events (
      id bigint generated always as identity primary key,
      run_id text not null references runs (id) on delete cascade,
      at timestamptz(3) not null,
      kind text not null,
      data jsonb not null
    );
    create index run_events_run on run_events (run_id, id);
  `,
};
