import type { Migration } from "./migration.ts";

/** Duties, their turns, work orders, and which openings of the windows were used (`src/calendar`). */
export const migration0040: Migration = {
  number: 40,
  name: "calendar",
  sql: `
    -- Until when it was decided; locked while deciding, so that two deciders come one after the other.
    create table calendar_clock (
      only_row boolean primary key default true check (only_row),
      decided_at timestamptz(3)
    );
    insert into calendar_clock default values;

    create table duty_progress (
      duty text primary key,
      raised_until timestamptz(3) not null,
      open_due_at timestamptz(3),
      open_overdue boolean not null default false
    );

    create table duty_turns (
      duty text not null,
      due_at timestamptz(3) not null,
      title text not null,
      environment text,
      owner text,
      state text not null check (state in ('due', 'overdue', 'done', 'missed')),
      while_down boolean not null default false,
      done_at timestamptz(3),
      done_by jsonb,
      -- What proves it: a sentence and links.
      evidence jsonb,
      check ((state = 'done') = (done_at is not null)),
      check (state <> 'done' or (done_by is not null and evidence is not null)),
      primary key (duty, due_at)
    );
    create index duty_turns_by_time on duty_turns (due_at, duty);

    create table work_orders (
      id text primary key,
      title text not null,
      environment text,
      component text,
      origin jsonb not null,
      severity text,
      disruptive boolean not null,
      changes boolean not null,
      state text not null check (state in ('proposed', 'planned', 'running', 'done', 'cancelled')),
      created_at timestamptz(3) not null,
      created_by jsonb not null,
      planned_by jsonb,
      not_before timestamptz(3),
      deadline timestamptz(3),
      estimate jsonb not null,
      change_request text,
      gates jsonb not null,
      emergency jsonb,
      run_id text,
      started_at timestamptz(3),
      closes_at timestamptz(3),
      ended_at timestamptz(3),
      outcome text,
      rolled_back_minutes integer,
      told jsonb not null default '[]',
      waiting jsonb not null default '[]',
      version integer not null default 1
    );
    create index work_orders_by_age on work_orders (created_at, id);
    create index work_orders_open on work_orders (state) where state in ('proposed', 'planned', 'running');
    create index work_orders_finding on work_orders ((origin->>'finding'));
    -- Work on one environment is done one piece after the other.
    create unique index work_orders_one_running on work_orders (coalesce(environment, '')) where state = 'running';

    create table window_uses (
      environment text not null,
      turn text not null,
      opened_at timestamptz(3) not null,
      work_order text not null references work_orders (id),
      primary key (environment, turn, opened_at)
    );
  `,
};
