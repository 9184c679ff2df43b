import type { Migration } from "./migration.ts";

/**
 * Findings with their life, and what the last look at each source showed. A source is whatever rules are run on:
 * `repository:platform`, `cluster:production`.
 */
export const migration0070: Migration = {
  number: 70,
  name: "findings",
  sql: `
    create table finding (
      -- The fingerprint: hash of rule, environment, subject and the rule's key.
      id text primary key,
      rule text not null,
      title text not null,
      rule_group text not null,
      severity text not null check (severity in ('critical', 'high', 'medium', 'low')),
      -- Worst first, production before the rest: the order of lists.
      urgency smallint not null,
      subject text not null,
      environment text,
      message text not null,
      fix text not null,
      places jsonb not null,
      -- Tells whether any of the above changed.
      content text not null,
      state text not null check (state in ('open', 'suppressed', 'closed')),
      suppression jsonb,
      first_seen_at timestamptz(3) not null,
      -- When it entered its state.
      state_since timestamptz(3) not null,
      closed_by text,
      version integer not null default 1
    );
    create index finding_by_urgency on finding (state, urgency, id);
    create index finding_of_any_state on finding (urgency, id);
    create index finding_by_environment on finding (environment, state, urgency, id);
    create index finding_by_rule on finding (rule, state, urgency, id);

    -- How many there are, counted anew whenever findings are written: counting 100,000 takes longer than a page may.
    create table finding_count (
      -- '' for none: it is part of the key.
      environment text not null,
      severity text not null,
      state text not null,
      count integer not null,
      primary key (environment, severity, state)
    );

    -- What each source says of a finding. It is open while one of them shows it.
    create table finding_sighting (
      finding_id text not null references finding on delete cascade,
      source text not null,
      holds text not null check (holds in ('yes', 'suppressed', 'no')),
      -- Why the last look could not tell; the finding stays as it was.
      unknown_why text,
      first_seen_at timestamptz(3) not null,
      last_seen_at timestamptz(3) not null,
      primary key (finding_id, source)
    );
    create index finding_sighting_by_source on finding_sighting (source) where holds <> 'no';

    create table finding_event (
      number bigint generated always as identity primary key,
      finding_id text not null references finding on delete cascade,
      at timestamptz(3) not null,
      kind text not null,
      source text not null,
      detail text not null default ''
    );
    create index finding_event_by_finding on finding_event (finding_id, number);

    -- Questions that rules could not answer at the last look.
    create table open_question (
      source text not null,
      id text not null,
      rule text not null,
      title text not null,
      subject text not null,
      environment text,
      why text not null,
      how_to_learn text not null,
      since timestamptz(3) not null,
      primary key (source, id)
    );

    create table observed_source (
      source text primary key,
      at timestamptz(3) not null,
      -- What was looked at: a commit, a resource version.
      revision text,
      summary jsonb not null
    );

    create table observed_component (
      source text not null,
      name text not null,
      -- '' for none: it is part of the key.
      environment text not null,
      system text,
      namespace text,
      version text,
      pins jsonb not null,
      primary key (name, environment, source)
    );
    create index observed_component_by_source on observed_component (source);

    create table observed_pin (
      source text not null,
      id text not null,
      environment text not null,
      state text not null,
      kind text not null,
      name text not null,
      pin jsonb not null,
      primary key (source, id)
    );
    create index observed_pin_by_id on observed_pin (id, source);
  `,
};
