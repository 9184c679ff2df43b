import type { Migration } from "./migration.ts";

/** The last valid text of a configuration that others write, so that it stays in force over a restart. */
export const migration0071: Migration = {
  number: 71,
  name: "configuration",
  sql: `
    create table configuration_in_force (
      source text primary key,
      text text not null,
      revision text,
      since timestamptz(3) not null
    );
  `,
};
