import { DBOS, type DLogger } from "@dbos-inc/dbos-sdk";
import { type RawBuilder, sql } from "kysely";
import { SystemError } from "../kernel/errors.ts";
import type { Store } from "../store/store.ts";
import type { Leg } from "./advance.ts";
import { inLaunchTurn } from "./launch-turn.ts";
import type { Dispatch } from "./sweep.ts";

/*
 * The one file that knows DBOS. A leg is one DBOS workflow without steps of its own: DBOS queues it, gives it to one worker of
 * the environment and ends it; what became of each step we write ourselves, fenced, in the tables of the run
 * (docs/decisions/engine.md says why, and what was measured). So nothing of a run is replayed from DBOS's history, and a new
 * version of Millwright needs no promise about the order of its calls.
 */

/** Of the form of a leg's arguments, not of Millwright: every version that can read them takes part. */
const legsVersion = "legs-1";
const workflow = "millwright-leg";

export interface LegQueueOptions {
  readonly url: string;
  /** Unique to this process, never used again. */
  readonly worker: string;
  /** The environments whose queues it takes from; all when undefined. */
  readonly environments: readonly string[] | undefined;
  /** Legs at once in this process, for each environment. */
  readonly concurrency: number;
  /** How often a queue is looked at. */
  readonly pollMs: number;
  readonly poolSize?: number;
  readonly run: (leg: Leg) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface LegQueue {
  readonly dispatch: Dispatch;
  readonly inQueue: RawBuilder<boolean>;
  /** Makes an environment's queue known before its first leg; cheap when it is. */
  know(environment: string): Promise<void>;
  /** Forgets legs that ended before, and those of workers that died. */
  tidy(endedBeforeMillis: number): Promise<number>;
  close(): Promise<void>;
}

/** Makes DBOS's own tables, in the schema `dbos` of our database. Needs the right to create it, once a version. */
export async function prepareLegQueue(url: string): Promise<void> {
  await inLaunchTurn(
    url,
    () => DBOS.migrate(url),
    () => undefined,
  );
}

/**
 * One at a time in a process: DBOS keeps its state there. One at a time in a database too while it makes its tables: two that do
 * wait for each other's indexes, or leave two rows where it keeps its version, which it never gets over.
 */
export async function openLegQueue(options: LegQueueOptions): Promise<LegQueue> {
  if (DBOS.isInitialized()) throw new Error("this process has a leg queue already");
  const { environments } = options;
  DBOS.setConfig({
    name: "millwright",
    systemDatabaseUrl: options.url,
    systemDatabasePoolSize: options.poolSize ?? 4,
    applicationVersion: legsVersion,
    executorID: options.worker,
    enableOTLP: false,
    tracingEnabled: false,
    logger: quietLogger(options.log),
    ...(environments === undefined ? {} : { listenQueues: environments.map(queueOf) }),
  });
  DBOS.registerWorkflow(async (runId: string, leg: number) => options.run({ runId, leg }), { name: workflow });
  try {
    await inLaunchTurn(options.url, () => DBOS.launch(), options.log);
  } catch (thrown) {
    await DBOS.shutdown({ deregister: true }).catch(() => undefined);
    throw new SystemError("the queue of runs could not be opened in the database", "retry", { cause: thrown });
  }
  const known = new Set<string>();
  const know = async (environment: string): Promise<void> => {
    if (known.has(environment)) return;
    await DBOS.registerQueue(queueOf(environment), {
      workerConcurrency: options.concurrency,
      minPollingIntervalMs: options.pollMs,
      onConflict: "always_update",
    });
    known.add(environment);
  };
  for (const environment of environments ?? []) await know(environment);
  return {
    know,
    dispatch: queueLeg,
    inQueue,
    tidy,
    close: () => DBOS.shutdown({ deregister: true, workflowCompletionTimeoutMS: 10_000 }),
  };
}

function queueOf(environment: string): string {
  return `millwright-${environment}`;
}

/**
 * Whether the leg of the run `r` still waits for a worker. A worker that is given one marks it so before it begins: killed there, or
 * unsure whether it still counts as alive, it leaves a leg that nobody has and nobody is going to be given.
 */
const inQueue = sql<boolean>`exists (
  select 1 from dbos.workflow_status where workflow_uuid = r.id || '/' || r.leg and status in ('ENQUEUED', 'DELAYED'))`;

/** In the caller's transaction. The id is the run's and the leg's, so a leg is queued once however often it is asked for. */
export async function queueLeg(part: Store, { runId, leg, environment }: Parameters<Dispatch>[1]): Promise<void> {
  await sql`select dbos.enqueue_workflow(${workflow}, ${queueOf(environment)},
    array[to_json(${runId}::text), to_json(${leg}::int)],
    workflow_id => ${`${runId}/${leg}`}, app_version => ${legsVersion})`.execute(part.tables());
}

/** What a leg did is in our tables; DBOS's row of it is of no use once it is over, or its worker is. */
async function tidy(endedBeforeMillis: number): Promise<number> {
  const rows = await DBOS.listWorkflows({
    workflowName: workflow,
    endTime: new Date(endedBeforeMillis).toISOString(),
    status: ["SUCCESS", "ERROR", "CANCELLED", "PENDING", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
    loadInput: false,
    loadOutput: false,
    limit: 1000,
  });
  if (rows.length > 0) await DBOS.deleteWorkflows(rows.map(({ workflowID }) => workflowID));
  return rows.length;
}

/** DBOS tells of each reconnection as an error with its stack; a line is enough, and it is no news of ours. */
function quietLogger(log: (line: string) => void): DLogger {
  const line = (entry: unknown): void =>
    log(`queue: ${entry instanceof Error ? entry.message : String(entry).split("\n", 1)[0]}`);
  return { info: () => undefined, debug: () => undefined, warn: line, error: line };
}
