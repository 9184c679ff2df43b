import { sql } from "kysely";
import { Refusal, refuse } from "../access/refusal.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { EntryKind, JournalDraft } from "../platform/record.ts";
import { asJson, type Store } from "../store/store.ts";
import type { Evidence } from "./action.ts";
import { type Standing, standingOf } from "./advance.ts";
import { writeEvent } from "./events.ts";
import { type Attempt, hasEnded, lastAttempt, type Run, stepOf, type Wanted } from "./run.ts";
import { attemptsOf, type EngineTables, findRun } from "./store.ts";
import { entryOfEnd } from "./telling.ts";

/** Who decides, when, and what goes with it into the same transaction. */
export interface Deciding {
  /** The transaction of the call. */
  readonly store: Store;
  readonly now: Instant;
  readonly actor: Actor;
  readonly record: (store: Store, draft: JournalDraft) => Promise<void>;
  /** The version of the run that the person looked at. */
  readonly seen?: string | undefined;
}

/** The run, with its row held until the transaction ends; refused when somebody changed it since the person looked. */
export async function holdRun(deciding: Deciding, id: string): Promise<Run | Refusal> {
  const run = await findRun(deciding.store, id, true);
  if (run === undefined) return refuse(404, `There is no run ${id}.`, "List what is there: millwright run list");
  const { seen } = deciding;
  if (seen !== undefined && seen.replaceAll('"', "") !== String(run.version))
    return refuse(
      412,
      `The run has changed since you looked at it: ${standing(run)}.`,
      `Look at the run: millwright run show ${id}`,
    );
  return run;
}

export function conflict(run: Run, wish: string): Refusal {
  return refuse(409, `This run cannot be ${wish}: ${standing(run)}.`, `Look at the run: millwright run show ${run.id}`);
}

function standing({ state, waitsFor, reason }: Run): string {
  return `it is ${state}${waitsFor === null ? "" : ` for ${waitsFor}`}${reason === null ? "" : ` (${reason.replace(/\.$/, "")})`}`;
}

/** Another attempt of the step at which the run waits; of one that will be tried again anyway, at once. */
export async function retryStep(deciding: Deciding, id: string): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  if (run.state !== "waiting" || (run.waitsFor !== "decision" && run.waitsFor !== "retry"))
    return conflict(run, "retried");
  if (!run.intact) return conflict(run, "retried");
  const next = run.waitsFor === "retry" ? run.attempt : (await lastNumber(deciding.store, run)) + 1;
  return decide(
    deciding,
    run,
    { kind: "run", task: "Retried", evidence: {} },
    { ...ready(run), attempt: next, stepStartedAt: null },
  );
}

/** On without the step at which the run waits. */
export async function skipStep(deciding: Deciding, id: string, reason: string): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  const step = stepOf(run);
  const open = run.waitsFor === "decision" || run.waitsFor === "attestation";
  if (run.state !== "waiting" || !open || step === undefined || !run.intact)
    return conflict(run, "taken past this step");
  const made = { outcome: "skipped" as const, message: reason, evidence: null };
  return byHand(deciding, run, made, { kind: "change", task: `Skipped ${step.title}`, evidence: { reason } });
}

/** What a person did by hand, and how it went. `failed` leaves the run to a decision. */
export async function attestStep(
  deciding: Deciding,
  id: string,
  said: { readonly outcome: "done" | "failed"; readonly message: string; readonly evidence: Evidence },
): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  const step = stepOf(run);
  if (run.state !== "waiting" || run.waitsFor !== "attestation" || step === undefined) return conflict(run, "attested");
  const entry = { kind: "attestation" as const, task: `${said.outcome}: ${step.title}`, evidence: { ...said } };
  return byHand(deciding, run, said, entry);
}

/** Lets a run stand, between two steps. */
export async function pauseRun(deciding: Deciding, id: string): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  if (hasEnded(run) || run.state === "paused") return conflict(run, "paused");
  const entry = { kind: "run" as const, task: "Paused", evidence: {} };
  if (isHeld(run)) return ask(deciding, run, "pause", entry);
  return decide(deciding, run, entry, {
    ...standingOf(run),
    state: "paused",
    waitsFor: null,
    wakeAt: null,
    reason: `Paused by ${deciding.actor.name}.`,
  });
}

/** Lets a paused run go on where it stood: what it waited for, it waits for again. */
export async function resumeRun(deciding: Deciding, id: string): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  if (run.state !== "paused") return conflict(run, "resumed");
  const attempts = await attemptsOf(deciding.store, run.id);
  // A step that had failed waits for its decision again, not for another try of its own accord.
  const last = lastAttempt(attempts, run.direction, run.position);
  const open =
    last !== undefined && last.attempt === run.attempt && (last.outcome === "failed" || last.outcome === "errored");
  const to: Standing = open
    ? { ...ready(run), state: "waiting", waitsFor: "decision", reason: last.message }
    : ready(run);
  return decide(deciding, run, { kind: "run", task: "Resumed", evidence: {} }, to);
}

/** Backwards through what was done, as far as it can be taken back; then the run is over. */
export async function abortRun(deciding: Deciding, id: string, reason: string): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  if (hasEnded(run) || run.direction === "undo") return conflict(run, "aborted");
  const entry = { kind: "run" as const, task: "Abort asked for", evidence: { reason } };
  if (isHeld(run)) return ask(deciding, run, "abort", entry);
  return decide(deciding, run, entry, { ...ready(run), direction: "undo", attempt: 1, stepStartedAt: null });
}

/** Ends a run where it is, taking nothing back. */
export async function cancelRun(deciding: Deciding, id: string, reason: string): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  if (hasEnded(run)) return conflict(run, "cancelled");
  const entry = { kind: "run" as const, task: "Cancel asked for", evidence: { reason } };
  if (isHeld(run)) return ask(deciding, run, "cancel", entry);
  const to: Standing = { ...ready(run), state: "cancelled", endedAt: deciding.now };
  const attempts = await attemptsOf(deciding.store, run.id);
  const ended = await decide(deciding, run, entry, to);
  await deciding.record(deciding.store, entryOfEnd(ended, attempts, deciding.actor));
  return ended;
}

function isHeld(run: Run): boolean {
  return run.state === "queued" || run.state === "running";
}

export function ready(run: Run): Standing {
  return { ...standingOf(run), state: "ready", waitsFor: null, reason: null, wakeAt: null };
}

async function lastNumber(store: Store, run: Run): Promise<number> {
  const attempts = await attemptsOf(store, run.id);
  return lastAttempt(attempts, run.direction, run.position)?.attempt ?? 0;
}

interface Entry {
  readonly kind: EntryKind;
  readonly task: string;
  readonly evidence: Evidence;
}

/** An attempt that a person made or waived, and where the run stands after it. */
async function byHand(
  deciding: Deciding,
  run: Run,
  said: Pick<Attempt, "message" | "evidence"> & { readonly outcome: "done" | "failed" | "skipped" },
  entry: Entry,
): Promise<Run> {
  const attempt = Math.max(run.attempt, (await lastNumber(deciding.store, run)) + 1);
  const step = stepOf(run);
  await deciding.store
    .tables<EngineTables>()
    .insertInto("run_attempts")
    .values({
      run_id: run.id,
      direction: run.direction,
      step: run.position,
      attempt,
      name: `${step?.name ?? "step"}#${attempt}`,
      outcome: said.outcome,
      message: said.message,
      evidence: said.evidence === null ? null : asJson(said.evidence),
      log: asJson([]),
      actor: asJson(deciding.actor),
      leg: run.leg,
      started_at: run.stepStartedAt ?? deciding.now,
      ended_at: deciding.now,
    })
    .execute();
  if (said.outcome === "failed") {
    const reason = `${step?.title ?? ""}: ${said.message}`;
    return decide(deciding, run, entry, { ...ready(run), state: "waiting", waitsFor: "decision", reason, attempt });
  }
  const position = run.direction === "do" ? run.position + 1 : run.position;
  return decide(deciding, run, entry, { ...ready(run), position, attempt: 1, stepStartedAt: null });
}

/** Of a run that a worker has: it heeds the wish between two steps. */
async function ask(deciding: Deciding, run: Run, wanted: Wanted, entry: Entry): Promise<Run> {
  const { store, now } = deciding;
  await sql`update runs set wanted = ${wanted}, version = version + 1, updated_at = ${now} where id = ${run.id}`.execute(
    store.tables(),
  );
  return told(deciding, run, entry);
}

/** Writes where the run stands by a person's word, with its event and its entry. The row is held. */
export async function decide(deciding: Deciding, run: Run, entry: Entry, to: Standing): Promise<Run> {
  const { store, now } = deciding;
  await store
    .tables<EngineTables>()
    .updateTable("runs")
    .set({
      state: to.state,
      waits_for: to.waitsFor,
      reason: to.reason,
      wake_at: to.wakeAt,
      direction: to.direction,
      position: to.position,
      attempt: to.attempt,
      step_started_at: to.stepStartedAt,
      approved_until: to.approvedUntil,
      ended_at: to.endedAt,
      wanted: null,
      held_by: null,
      updated_at: now,
      version: run.version + 1,
    })
    .where("id", "=", run.id)
    .execute();
  return told(deciding, run, entry);
}

async function told({ store, now, actor, record }: Deciding, run: Run, entry: Entry): Promise<Run> {
  const step = stepOf(run);
  const data = { what: entry.task, by: actor.name, step: step?.name };
  await writeEvent(store, run.id, now, { kind: "decision", data });
  await record(store, {
    at: now,
    kind: entry.kind,
    actor,
    task: `${entry.task}: ${run.title}`,
    environment: run.environment,
    links: { ...run.links, run: run.id },
    evidence: { ...entry.evidence, ...(step === undefined ? {} : { step: step.name }) },
  });
  const after = await findRun(store, run.id);
  if (after === undefined) throw new Error(`run ${run.id} is gone while its row is held`);
  return after;
}
