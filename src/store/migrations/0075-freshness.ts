import type { Migration } from "./migration.ts";

/** How each pin of a source stands to its upstream's releases (`src/versions/watch.ts`). */
export const migration0075: Migration = {
  number: 75,
  name: "freshness",
  sql: `
    create table freshness (
      source text not null,
      pin_id text not null,
      environment text not null,
      kind text not null,
      name text not null,
      state text not null check (state in ('end-of-life', 'behind', 'unknown', 'current')),
      -- The state as a number, what presses most first: the order of lists.
      urgency smallint not null,
      -- Tells whether the pin was changed since.
      pinned text not null,
      answer jsonb not null,
      asked_at timestamptz(3) not null,
      -- Whether the upstream said something then.
      answered boolean not null,
      -- When it entered its state.
      state_since timestamptz(3) not null,
      primary key (source, pin_id)
    );
    create index freshness_by_urgency on freshness (urgency, name, pin_id, source);
  `,
};
