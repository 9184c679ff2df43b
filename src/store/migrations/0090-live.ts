import type { Migration } from "./migration.ts";

/** What was seen of each environment's cluster last (`src/live`). */
export const migration0090: Migration = {
  number: 90,
  name: "live",
  sql: `
    create table live_look (
      environment text primary key,
      -- When it was looked at last, and when it answered last.
      at timestamptz(3) not null,
      seen_at timestamptz(3),
      -- Null: it answered.
      why text,
      cluster text not null,
      version text not null,
      objects integer not null,
      -- What could not be seen, by kind of fact: { applications: { why, howToLearn } }.
      unseen jsonb not null
    );
    create table live_fact (
      environment text not null,
      kind text not null,
      key text not null,
      content jsonb not null,
      first_seen timestamptz(3) not null,
      primary key (environment, kind, key)
    );
  `,
};
