import type { Notifier, Recorder } from "../access/route.ts";
import { hasEnded, type Run, type RunMode } from "../engine/run.ts";
import { type EnginePolicy, planRun, startRun } from "../engine/start-run.ts";
import { findRun } from "../engine/store.ts";
import { InputError } from "../kernel/errors.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { Store } from "../store/store.ts";
import type { Room } from "./blockers.ts";
import { finishOrder } from "./change-order.ts";
import { readOrder } from "./store.ts";
import { type CalendarTables, orderOf } from "./tables.ts";
import { aboutOrder } from "./tell.ts";
import type { WorkOrder, WorkProcedure } from "./work-order.ts";

/** What is needed to start runs of work orders. */
export interface Running {
  readonly policy: EnginePolicy;
  readonly record: Recorder;
  readonly notify: Notifier;
}

/** The procedure of a work order, bound to the plan as it is now. Throws `InputError` for what cannot be planned. */
export function procedureOf(
  policy: EnginePolicy,
  wanted: { readonly id: string; readonly arguments: Readonly<Record<string, unknown>>; readonly environment: string },
): WorkProcedure {
  const { id, environment } = wanted;
  const { digest } = planRun(asApproved(policy), { procedure: id, arguments: wanted.arguments, environment });
  return { id, arguments: wanted.arguments, digest };
}

/**
 * Starts the run of a work order in the caller's transaction and gives its id; undefined when a person does the work: it names no
 * procedure, or nothing outside may be changed. In mode shadow a run says once an opening what it would have done, and the work
 * order stays as it is.
 */
export async function beginRun(
  store: Store,
  running: Running,
  now: Instant,
  order: WorkOrder,
  room: Room | undefined,
): Promise<string | undefined> {
  const { policy, record, notify } = running;
  const { procedure, environment } = order;
  const { mode } = policy;
  if (procedure === undefined || environment === undefined || mode === "observe") return undefined;
  try {
    const approved = isApproved(policy, order, procedure) ? asApproved(policy) : policy;
    const wanted = { ...(await wantedOf(store, order, procedure)), environment, key: keyOf(mode, now, order, room) };
    const run = await startRun(store, now, approved, wanted, record);
    return mode === "shadow" ? undefined : run.id;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    await notify(store, {
      key: `work-order/${order.id}/procedure`,
      severity: "warning",
      title: `No run can be started: ${order.title}`,
      text: thrown.message,
      environment,
      link: `/api/v1/work-orders/${order.id}`,
    });
    return undefined;
  }
}

async function wantedOf(store: Store, order: WorkOrder, { id, arguments: given }: WorkProcedure) {
  const row = await readOrder(store, order.id);
  return { procedure: id, arguments: given, links: linksOf(order), requestedBy: row?.planned_by ?? millwright };
}

/** In shadow one run an opening; in act each start of the work order is another run. */
function keyOf(mode: RunMode, now: Instant, { id }: WorkOrder, room: Room | undefined): string {
  if (mode === "act") return `work-order/${id}/${now}`;
  return `shadow/${id}/${room === undefined ? "" : instantOf(room.opening.from)}`;
}

/** Ends the work orders whose runs have ended; says how many. One that was rolled back is still to be done. */
export async function settleRuns(store: Store, now: Instant, record: Recorder): Promise<number> {
  const rows = await store
    .tables<CalendarTables>()
    .selectFrom("work_orders")
    .select(["id", "run_id"])
    .where("state", "=", "running")
    .where("run_id", "is not", null)
    .execute();
  let settled = 0;
  for (const { id, run_id } of rows) {
    const run = await findRun(store, run_id ?? "");
    if (run !== undefined && hasEnded(run) && (await settle(store, id, run, now, record))) settled += 1;
  }
  return settled;
}

function settle(store: Store, id: string, run: Run, now: Instant, record: Recorder): Promise<boolean> {
  return store.transaction(async (part) => {
    const outcome = run.state === "done" ? "done" : run.state === "aborted" ? "rolled-back" : "failed";
    const ended = await finishOrder(part, id, { at: run.endedAt ?? now, outcome });
    if (ended === undefined) return false;
    const about = aboutOrder(orderOf(ended));
    await record(part, {
      at: now,
      kind: "work-order",
      actor: millwright,
      task: `Ended (${outcome}): ${ended.title}`,
      ...about,
      links: { ...about.links, run: run.id },
      evidence: { run: run.state, endedAt: run.endedAt },
    });
    return true;
  });
}

/** Whether the work order's own approval is of this very plan: then nobody is asked a second time. */
function isApproved(policy: EnginePolicy, order: WorkOrder, procedure: WorkProcedure): boolean {
  const open = order.gates.some(({ name, answer }) => name === "approval" && answer === "open");
  if (!open || order.environment === undefined) return false;
  return procedureOf(policy, { ...procedure, environment: order.environment }).digest === procedure.digest;
}

function asApproved(policy: EnginePolicy): EnginePolicy {
  return { ...policy, approval: () => false };
}

function linksOf({ id, component, changeRequest }: WorkOrder): Readonly<Record<string, string>> {
  return {
    workOrder: id,
    ...(component === undefined ? {} : { component }),
    ...(changeRequest === undefined ? {} : { changeRequest }),
  };
}
