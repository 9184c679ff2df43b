import { watch } from "./0092-change-marks.ts";
import type { Migration } from "./migration.ts";

/** Components that a backup's or a restore's fence holds down (`src/observations`). */
export const migration0104: Migration = {
  number: 104,
  name: "component holds",
  sql: `
    create table component_holds (
      environment text not null,
      -- deployment mlops/mlflow
      workload text not null,
      component text not null,
      by text not null,
      -- When it was first seen held by that one, and last.
      since timestamptz(3) not null,
      seen_at timestamptz(3) not null,
      -- When its holder, who is gone, said last that it was there; null: it is there.
      left_at timestamptz(3),
      primary key (environment, workload)
    );
    ${watch("component_holds")}
  `,
};
