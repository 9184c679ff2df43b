import type { Migration } from "./migration.ts";

/** What probes last said, when that changed, and their measurements (`src/observations`). */
export const migration0060: Migration = {
  number: 60,
  name: "observations",
  sql: `
    create table observation (
      environment text not null,
      component text not null,
      probe text not null,
      subject text not null,
      system text not null,
      -- What trouble here says: of the component itself, of it or what it needs, of something to be done.
      tells text not null check (tells in ('own', 'whole', 'upkeep')),
      state text not null check (state in ('healthy', 'unhealthy', 'absent', 'unknown')),
      value jsonb,
      -- What was asked and came back; of an unknown one why it is not known.
      evidence text not null,
      how_to_learn text,
      at timestamptz(3) not null,
      -- When it entered its state.
      since timestamptz(3) not null,
      -- The last moment at which it was known, healthy or not.
      known_at timestamptz(3),
      -- After so long without a new look it is no longer known.
      stale_at timestamptz(3) not null,
      primary key (environment, component, probe, subject)
    );
    create index observation_by_state on observation (state, environment, component, probe, subject);

    create table observation_change (
      number bigint generated always as identity primary key,
      environment text not null,
      component text not null,
      probe text not null,
      subject text not null,
      at timestamptz(3) not null,
      before text,
      after text not null,
      evidence text not null
    );
    create index observation_change_of on observation_change (environment, component, number desc);
    create index observation_change_at on observation_change (at);

    create table series (
      id bigint generated always as identity primary key,
      -- Hash of all of the following.
      key text not null unique,
      name text not null,
      environment text not null,
      component text not null,
      labels jsonb not null
    );
    create index series_by_name on series (name, environment, component, id);
    create index series_of on series (environment, component);

    -- Partitions of a day are made before they are needed and dropped when they are old.
    create table sample (
      series_id bigint not null,
      at timestamptz(3) not null,
      value double precision not null,
      primary key (series_id, at)
    ) partition by range (at);

    create table sample_hourly (
      series_id bigint not null,
      hour timestamptz(3) not null,
      count integer not null,
      sum double precision not null,
      least double precision not null,
      most double precision not null,
      primary key (series_id, hour)
    );
    create index sample_hourly_by_hour on sample_hourly (hour);
  `,
};
