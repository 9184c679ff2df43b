import type { Migration } from "./migration.ts";

/** What ends and has to be renewed, as it was seen (`src/calendar/renewals.ts`). */
export const migration0091: Migration = {
  number: 91,
  name: "renewals",
  sql: `
    create table renewals (
      duty text primary key,
      title text not null,
      environment text not null,
      due_at timestamptz(3) not null,
      overdue_at timestamptz(3) not null,
      ends_at timestamptz(3) not null,
      seen_at timestamptz(3) not null
    );
  `,
};
