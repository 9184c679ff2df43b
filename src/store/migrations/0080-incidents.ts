import type { Migration } from "./migration.ts";

/** Incidents, what happened in them, and the alerts they came from (`src/incidents`). */
export const migration0080: Migration = {
  number: 80,
  name: "incidents",
  sql: `
    create table incidents (
      id integer generated always as identity primary key,
      kind text not null check (kind in ('vulnerability', 'breach', 'outage', 'degradation')),
      severity text not null check (severity in ('critical', 'high', 'medium', 'low')),
      title text not null,
      environment text,
      component text,
      state text not null check (state in ('open', 'acknowledged', 'resolved', 'closed')),
      -- What opened it: an incident that is not closed takes in what comes from the same source.
      source text not null,
      source_key text,
      began_at timestamptz(3) not null,
      opened_at timestamptz(3) not null,
      opened_by jsonb not null,
      led_by jsonb,
      acknowledged_at timestamptz(3),
      resolved_at timestamptz(3),
      closed_at timestamptz(3),
      -- How many of the people to call were called, and when last.
      called integer not null default 0,
      called_at timestamptz(3),
      review_due_at timestamptz(3),
      review_reminded_at timestamptz(3),
      review jsonb,
      updated_at timestamptz(3) not null,
      revision integer not null default 1
    );
    create unique index incidents_source on incidents (source_key) where state <> 'closed';
    create index incidents_state on incidents (state, opened_at);
    create index incidents_updated on incidents (updated_at);

    create table incident_events (
      incident_id integer not null references incidents (id),
      number integer not null,
      at timestamptz(3) not null,
      kind text not null,
      actor jsonb not null,
      text text not null,
      primary key (incident_id, number)
    );

    create table incident_alerts (
      incident_id integer not null references incidents (id),
      -- Alertmanager's: of the label set.
      fingerprint text not null,
      status text not null check (status in ('firing', 'resolved')),
      labels jsonb not null,
      starts_at timestamptz(3) not null,
      seen_at timestamptz(3) not null,
      primary key (incident_id, fingerprint)
    );
    create index incident_alerts_fingerprint on incident_alerts (fingerprint);
  `,
};
