import { watch } from "./0092-change-marks.ts";
import type { Migration } from "./migration.ts";

/** Alerts about what a fence holds down (`src/incidents`), and which probes a held workload leaves without an answer. */
export const migration0105: Migration = {
  number: 105,
  name: "held alerts",
  sql: `
    -- Alerts that fire, and open no incident for as long as their component is held down.
    create table held_alerts (
      -- Alertmanager's: of the label set.
      fingerprint text primary key,
      -- Of the incident that it would open.
      source_key text not null,
      environment text not null,
      component text not null,
      by text not null,
      alert jsonb not null,
      held_at timestamptz(3) not null
    );
    create index held_alerts_held_at on held_alerts (held_at);
    ${watch("held_alerts")}

    -- Null: any of its component's may have none.
    alter table component_holds add column probes text[];
  `,
};
