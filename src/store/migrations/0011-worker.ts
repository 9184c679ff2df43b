import type { Migration } from "./migration.ts";

/** Which periodic jobs there are and how they went, and which workers live (`src/worker`). */
export const migration0011: Migration = {
  number: 11,
  name: "worker",
  sql: `
    create table worker_jobs (
      id text primary key,
      every_seconds double precision not null,
      due_at timestamptz(3) not null,
      started_at timestamptz(3),
      finished_at timestamptz(3),
      outcome text check (outcome in ('done', 'failed', 'timed-out')),
      error text,
      -- In a row; 0 after a success.
      failures integer not null default 0,
      -- Turns that no worker was there for, in all.
      missed bigint not null default 0
    );

    create table worker_beats (
      id text primary key,
      version text not null,
      started_at timestamptz(3) not null,
      beat_at timestamptz(3) not null
    );
  `,
};
