import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Observation } from "./observe.ts";
import { errorSeries, type RecordedSamples, recordSamples } from "./store-samples.ts";
import type { ObservationTables, ObservedState } from "./tables.ts";
import type { Target } from "./target.ts";

/** One look of a probe at its component: what it said, and how often it looks. */
export interface ProbeLook {
  readonly observations: readonly Observation[];
  readonly everySeconds: number;
}

/** A subject that entered another state. */
export interface StateChange {
  readonly environment: string;
  readonly component: string;
  readonly probe: string;
  readonly subject: string;
  readonly before: ObservedState | undefined;
  readonly after: ObservedState | "gone";
  readonly at: Instant;
  readonly evidence: string;
}

/** One recorder at a time: two that wrote the same subjects in another order would wait for each other. */
const turn = 0x6f627376;

/** After so many intervals without a look what was known is known no longer. */
const staleIntervals = 3;

/**
 * Keeps what probes said, with their measurements. A look that knows something replaces what its probe said of this component
 * before; one that could not ask leaves the rest as it was, to grow stale.
 */
export function recordLooks(
  store: Store,
  looks: readonly ProbeLook[],
): Promise<{ readonly changes: readonly StateChange[]; readonly samples: RecordedSamples }> {
  const observations = latestOf(looks);
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${turn})`.execute(part.tables());
    const written = observations.length === 0 ? [] : await writeObservations(part, observations);
    const gone = await forgetGone(part, looks);
    const changes = [...written, ...gone];
    await writeChanges(part, changes);
    return {
      changes,
      samples: await recordSamples(
        part,
        looks.flatMap((look) => [...look.observations, ...errorsOf(look)]),
      ),
    };
  });
}

/**
 * Whether the look was answered badly, as a measurement of its own (0 or 1): so errors can be counted over any stretch of time.
 * Who could not be asked gave no answer; what merely wants care is no error.
 */
function errorsOf({ observations }: ProbeLook): readonly Observation[] {
  const looks = Map.groupBy(
    observations.filter(({ kind, tells }) => kind === "known" && tells !== "upkeep"),
    ({ environment, component, probe }) => JSON.stringify([environment, component, probe]),
  );
  return [...looks.values()].flatMap((said) => {
    const [first] = said;
    const hasFailed = said.some((one) => one.kind === "known" && one.health === "unhealthy");
    const metrics = [{ name: errorSeries, value: hasFailed ? 1 : 0 }];
    return first === undefined ? [] : [{ ...first, subject: first.probe, metrics }];
  });
}

interface Row {
  readonly observation: Observation;
  readonly everySeconds: number;
}

/** The newest of each subject: one statement must not write a row twice. */
function latestOf(looks: readonly ProbeLook[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { observations, everySeconds } of looks) {
    for (const observation of observations) {
      const key = JSON.stringify([
        observation.environment,
        observation.component,
        observation.probe,
        observation.subject,
      ]);
      const before = rows.get(key);
      if (before === undefined || before.observation.at <= observation.at) rows.set(key, { observation, everySeconds });
    }
  }
  return [...rows.values()];
}

function stateOf(observation: Observation): ObservedState {
  return observation.kind === "known" ? observation.health : observation.kind;
}

function rowOf({ observation, everySeconds }: Row) {
  const { environment, component, probe, subject, system, tells, at } = observation;
  const staleAt = instantOf(Date.parse(at) + staleIntervals * everySeconds * 1000);
  const place = {
    environment,
    component,
    probe,
    subject,
    system,
    tells,
    at,
    stale_at: staleAt,
    state: stateOf(observation),
  };
  switch (observation.kind) {
    case "known":
      return { ...place, value: observation.value, evidence: observation.evidence, how_to_learn: null, known_at: at };
    case "absent":
      return { ...place, value: null, evidence: observation.evidence, how_to_learn: null, known_at: at };
    case "unknown":
      return { ...place, value: null, evidence: observation.why, how_to_learn: observation.howToLearn, known_at: null };
  }
}

async function writeObservations(store: Store, rows: readonly Row[]): Promise<readonly StateChange[]> {
  const json = JSON.stringify(rows.map(rowOf));
  // An older look never overwrites a newer one, also when the clock was set back for a moment.
  const { rows: changed } = await sql<StateChange & { readonly before: ObservedState | null }>`
    with new as (
      select * from jsonb_to_recordset(${json}::jsonb) as n (
        environment text, component text, probe text, subject text, system text, tells text, state text, value jsonb, evidence text,
        how_to_learn text, at timestamptz, known_at timestamptz, stale_at timestamptz)
    ), old as (
      select o.* from observation o join new n using (environment, component, probe, subject)
    ), written as (
      insert into observation as o (environment, component, probe, subject, system, tells, state, value, evidence, how_to_learn, at, since, known_at, stale_at)
      select environment, component, probe, subject, system, tells, state, value, evidence, how_to_learn, at, at, known_at, stale_at from new
      on conflict (environment, component, probe, subject) do update set
        system = excluded.system, tells = excluded.tells, state = excluded.state, value = excluded.value, evidence = excluded.evidence,
        how_to_learn = excluded.how_to_learn, at = excluded.at, stale_at = excluded.stale_at,
        since = case when o.state = excluded.state then o.since else excluded.since end,
        known_at = coalesce(excluded.known_at, o.known_at)
      where o.at <= excluded.at
      returning environment, component, probe, subject, state, at, evidence
    )
    select w.environment, w.component, w.probe, w.subject, o.state as before, w.state as after, w.at, w.evidence
    from written w left join old o using (environment, component, probe, subject)
    where o.state is distinct from w.state`.execute(store.tables());
  return changed.map((change) => ({ ...change, before: change.before ?? undefined }));
}

/** A subject that a look with knowledge does not name is there no longer: an Application that was deleted. */
async function forgetGone(store: Store, looks: readonly ProbeLook[]): Promise<readonly StateChange[]> {
  const gone: StateChange[] = [];
  for (const { observations } of looks) {
    const [first] = observations;
    if (first === undefined || !observations.some(({ kind }) => kind === "known")) continue;
    const rows = await store
      .tables<ObservationTables>()
      .deleteFrom("observation")
      .where("environment", "=", first.environment)
      .where("component", "=", first.component)
      .where("probe", "=", first.probe)
      .where("at", "<", first.at)
      .where(
        "subject",
        "not in",
        observations.map(({ subject }) => subject),
      )
      .returning(["subject", "state"])
      .execute();
    const { environment, component, probe, at } = first;
    gone.push(
      ...rows.map(({ subject, state }) => ({
        environment,
        component,
        probe,
        subject,
        at,
        before: state,
        after: "gone" as const,
        evidence: "no longer there",
      })),
    );
  }
  return gone;
}

/**
 * Forgets what probes said that are asked no more: an endpoint that was taken out, a probe that was disabled. Else it would stay as
 * unknown for ever. `environments`: those the targets are of; all when undefined.
 */
export function forgetOthers(
  store: Store,
  targets: readonly Pick<Target, "environment" | "component" | "probe">[],
  environments: readonly string[] | undefined,
  now: Instant,
): Promise<readonly StateChange[]> {
  const asked = targets.map(({ environment, component, probe }) => ({ environment, component, probe: probe.id }));
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${turn})`.execute(part.tables());
    const { rows } = await sql<Pick<StateChange, "environment" | "component" | "probe" | "subject" | "before">>`
      delete from observation o
      where not exists (
        select from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as t(environment text, component text, probe text)
        where t.environment = o.environment and t.component = o.component and t.probe = o.probe
      ) and ${environments === undefined ? sql`true` : sql`o.environment = any(${[...environments]})`}
      returning environment, component, probe, subject, state as before`.execute(part.tables());
    const changes = rows.map((row) => ({ ...row, at: now, after: "gone" as const, evidence: "it is asked no more" }));
    await writeChanges(part, changes);
    return changes;
  });
}

async function writeChanges(store: Store, changes: readonly StateChange[]): Promise<void> {
  if (changes.length === 0) return;
  // Log signatures come and go; they are no states of health.
  const told = changes.filter(({ probe }) => probe !== "log-signatures");
  for (let at = 0; at < told.length; at += 1000) {
    const rows = told.slice(at, at + 1000).map((change) => ({ ...change, before: change.before ?? null }));
    await store.tables<ObservationTables>().insertInto("observation_change").values(rows).execute();
  }
}
