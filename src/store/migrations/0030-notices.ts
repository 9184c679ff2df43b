import type { Migration } from "./migration.ts";

/** Messages to people, and each one's way through each channel (`src/notices`). */
export const migration0030: Migration = {
  number: 30,
  name: "notices",
  sql: `
    create table notices (
      id bigint generated always as identity primary key,
      key text not null,
      severity text not null check (severity in ('info', 'warning', 'critical')),
      title text not null,
      text text not null,
      environment text,
      link text,
      audience jsonb not null,
      page jsonb,
      created_at timestamptz(3) not null,
      -- How often the same was said again within its quiet time, and when last.
      repeats integer not null default 0,
      repeated_at timestamptz(3),
      -- Set once its deliveries are there.
      routed_at timestamptz(3)
    );
    create index notices_key on notices (key, created_at);
    create index notices_unrouted on notices (id) where routed_at is null;

    create table notice_deliveries (
      -- What the receiver is sent to recognise a repetition by.
      id text primary key,
      notice_id bigint not null references notices (id),
      channel text not null,
      state text not null check (state in ('waiting', 'sent', 'dead')),
      attempts integer not null default 0,
      not_before timestamptz(3) not null,
      -- Who sends it has until then; after it somebody else may.
      claimed_until timestamptz(3),
      last_error text,
      ended_at timestamptz(3),
      unique (notice_id, channel)
    );
    create index notice_deliveries_due on notice_deliveries (not_before) where state = 'waiting';
    create index notice_deliveries_dead on notice_deliveries (notice_id) where state = 'dead';
  `,
};
