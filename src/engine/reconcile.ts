import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { JournalDraft } from "../platform/record.ts";
import { asJson, type Store } from "../store/store.ts";
import type { ActionContext, Evidence, Registry } from "./action.ts";
import { writeEvent } from "./events.ts";
import type { Step } from "./plan.ts";
import type { Attempt, Run } from "./run.ts";
import { attemptsOf, type EngineTables, listRuns } from "./store.ts";

/*
 * After the database was restored from a backup, it does not know what was done since. Every run that it believes to be live is
 * held; then its targets are asked which steps bear its mark, and what they show is written down. A person then resumes it. No
 * step runs meanwhile, and none is done a second time afterwards.
 */

/** A mark at a target: which step of which run changed it. */
export interface Trace {
  readonly mark: string;
  /** What bears it, as a person would name it. */
  readonly where: string;
}

export interface Reconciled {
  readonly runs: readonly { readonly run: string; readonly found: readonly string[] }[];
  /** Of runs that this database has never heard of: they were started after the backup. */
  readonly unknown: readonly Trace[];
}

/** Holds every live run, so that no worker takes one; returns how many. Before any worker starts on a restored database. */
export async function holdAllRuns(store: Store, now: Instant, why: string): Promise<number> {
  const { numAffectedRows } = await sql`
    with held as (
      update runs set state = 'paused', reason = ${why}, waits_for = null, wake_at = null, wanted = null, held_by = null,
        leg = leg + 1, version = version + 1, updated_at = ${now}
      where ended_at is null returning id)
    insert into run_events (run_id, at, kind, data)
    select id, ${now}, 'state', ${JSON.stringify({ state: "paused", reason: why })}::jsonb from held`.execute(
    store.tables(),
  );
  return Number(numAffectedRows ?? 0n);
}

/** Asks the targets what the held runs did. Reads outside, writes only our own database; may be called again. */
export async function reconcileRuns(
  store: Store,
  options: {
    readonly now: Instant;
    readonly registry: (environment: string) => Registry;
    /** Every mark that can be found at the targets of an environment. */
    readonly traces: (environment: string) => Promise<readonly Trace[]>;
    readonly environments: readonly string[];
    readonly record: (store: Store, draft: JournalDraft) => Promise<void>;
  },
): Promise<Reconciled> {
  const runs = (await listRuns(store, { environments: undefined, live: true, limit: 1000 })).filter(
    ({ state }) => state === "paused",
  );
  const reconciled: { run: string; found: readonly string[] }[] = [];
  for (const run of runs) {
    const found = await foundDone(store, run, options);
    if (found.length > 0) await store.transaction((part) => writeFound(part, run, found, options));
    reconciled.push({ run: run.id, found: found.map(({ step }) => step.name) });
  }
  const traces = (await Promise.all(options.environments.map(options.traces))).flat();
  const ids = [...new Set(traces.map(({ mark }) => runIdOf(mark)))];
  const known = new Set(await knownAmong(store, ids));
  return { runs: reconciled, unknown: traces.filter(({ mark }) => !known.has(runIdOf(mark))) };
}

function runIdOf(mark: string): string {
  return mark.split("/", 1)[0] ?? mark;
}

async function knownAmong(store: Store, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await store
    .tables<EngineTables>()
    .selectFrom("runs")
    .select("id")
    .where("id", "in", [...ids])
    .execute();
  return rows.map(({ id }) => id);
}

interface Found {
  readonly step: Step;
  readonly index: number;
  readonly evidence: Evidence;
}

/** Steps with an effect from where the run stands on whose target bears the run's mark. */
async function foundDone(
  store: Store,
  run: Run,
  { now, registry }: { readonly now: Instant; readonly registry: (environment: string) => Registry },
): Promise<readonly Found[]> {
  if (run.direction !== "do" || run.mode === "shadow") return [];
  const attempts = await attemptsOf(store, run.id);
  const actions = registry(run.environment);
  const found: Found[] = [];
  for (const [index, step] of run.plan.steps.entries()) {
    if (!isOpen(run, attempts, index)) continue;
    const evidence = await actions.get(step.action ?? "")?.alreadyDone?.(contextOf(run, step, now), step.input);
    if (evidence !== undefined) found.push({ step, index, evidence });
  }
  return found;
}

function isOpen(run: Run, attempts: readonly Attempt[], index: number): boolean {
  if (index < run.position || run.plan.steps[index]?.effect === "none") return false;
  return !attempts.some((attempt) => attempt.step === index && attempt.outcome === "done");
}

/** For looking only: an action that would change something finds the fence closed. */
function contextOf(run: Run, step: Step, now: Instant): ActionContext {
  return {
    runId: run.id,
    mark: `${run.id}/${step.name}`,
    environment: run.environment,
    attempt: run.attempt,
    startedAt: run.stepStartedAt ?? now,
    now: () => now,
    signal: AbortSignal.timeout(60_000),
    log: () => undefined,
    fence: () => Promise.reject(new Error("nothing is changed while a restored control plane looks at its targets")),
  };
}

async function writeFound(
  part: Store,
  run: Run,
  found: readonly Found[],
  { now, record }: { readonly now: Instant; readonly record: (store: Store, draft: JournalDraft) => Promise<void> },
): Promise<void> {
  for (const { step, index, evidence } of found)
    await part
      .tables<EngineTables>()
      .insertInto("run_attempts")
      .values({
        run_id: run.id,
        direction: "do",
        step: index,
        attempt: 1000,
        name: `${step.name}#found`,
        outcome: "done",
        message: "Found at the target after the database was restored.",
        evidence: asJson(evidence),
        log: asJson([]),
        actor: asJson(millwright),
        leg: run.leg,
        started_at: now,
        ended_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  const names = found.map(({ step }) => step.name);
  await writeEvent(part, run.id, now, { kind: "state", data: { state: run.state, foundAtTarget: names } });
  await record(part, {
    at: now,
    kind: "note",
    actor: millwright,
    task: `Found at the targets after a restore: ${run.title}`,
    environment: run.environment,
    links: { ...run.links, run: run.id },
    evidence: { steps: names },
  });
}
