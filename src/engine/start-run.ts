import { randomBytes } from "node:crypto";
import { InputError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { JournalDraft } from "../platform/record.ts";
import { asJson, type Store } from "../store/store.ts";
import type { Evidence } from "./action.ts";
import { writeEvent } from "./events.ts";
import {
  digestOf,
  hasEffect,
  type Plan,
  type Procedure,
  planOf,
  withApproval,
  withDemanded,
  withReceipts,
} from "./plan.ts";
import type { Run, RunMode } from "./run.ts";
import { type EngineTables, findRunByKey, runOf } from "./store.ts";

/** What holds for all runs; from the server's configuration. */
export interface EnginePolicy {
  /** `observe`: nothing with an effect outside is started. */
  readonly mode: "observe" | RunMode;
  readonly procedures: readonly Procedure[];
  /** Those of `millwright.yaml` as it is in force. */
  environments(): readonly string[];
  /** Whether a person agrees before the first effect in this environment. */
  approval(environment: string): boolean;
  /** Whether that person must be another than the one who asked. */
  secondPerson(environment: string): boolean;
  /** Whether what may change data demands receipts in this environment, also where its procedure leaves that open. */
  receipts?(environment: string): boolean;
}

export interface RunWanted {
  readonly procedure: string;
  readonly arguments: unknown;
  readonly environment: string;
  /** Of a run that is started once only, whoever asks how often: a work order's id. */
  readonly key?: string | undefined;
  readonly links?: Readonly<Record<string, string>>;
  readonly requestedBy: Actor;
}

/** What would be run, and what an approval of it would be bound to. Throws `InputError` for what cannot be planned. */
export function planRun(
  policy: EnginePolicy,
  wanted: Pick<RunWanted, "procedure" | "arguments" | "environment">,
): { readonly procedure: Procedure; readonly arguments: unknown; readonly plan: Plan; readonly digest: string } {
  const environments = policy.environments();
  if (!environments.includes(wanted.environment))
    throw new InputError(`There is no environment ${wanted.environment}; there are: ${environments.join(", ")}.`);
  const procedure = policy.procedures
    .filter(({ id }) => id === wanted.procedure)
    .toSorted((a, b) => b.version - a.version)[0];
  if (procedure === undefined) {
    const known = [...new Set(policy.procedures.map(({ id }) => id))].toSorted().join(", ");
    throw new InputError(`There is no procedure ${wanted.procedure}; there are: ${known}.`);
  }
  const planned = planOf(procedure, wanted.arguments);
  const demanding = policy.receipts?.(wanted.environment) === true ? withDemanded(planned.plan) : planned.plan;
  const asked = policy.approval(wanted.environment) ? withApproval(demanding) : demanding;
  const plan = withReceipts(asked);
  const digest = digestOf(wanted.environment, `${procedure.id}@${procedure.version}`, plan);
  return { procedure, arguments: planned.arguments, plan, digest };
}

/**
 * Writes a run down in the caller's transaction, with its journal entry; a worker of its environment then takes it. A run that
 * was started under the same key before is returned as it is. Throws `InputError` for what cannot be planned, or not in mode
 * observe.
 */
export async function startRun(
  store: Store,
  now: Instant,
  policy: EnginePolicy,
  wanted: RunWanted,
  record: (store: Store, draft: JournalDraft) => Promise<void>,
): Promise<Run> {
  const planned = planRun(policy, wanted);
  const { procedure, plan, digest } = planned;
  if (policy.mode === "observe" && hasEffect(plan))
    throw new InputError(
      `${procedure.title} changes the platform, and this server only observes (mode: observe in millwright.server.yaml). ${insteadOf(procedure)}`,
    );
  const row = await store
    .tables<EngineTables>()
    .insertInto("runs")
    .values({
      ...emptyRow(now),
      id: randomBytes(8).toString("hex"),
      key: wanted.key ?? null,
      procedure: procedure.id,
      procedure_version: procedure.version,
      title: procedure.title,
      environment: wanted.environment,
      links: asJson(wanted.links ?? {}),
      arguments: asJson(planned.arguments as Evidence),
      plan: asJson(plan),
      digest,
      mode: policy.mode === "shadow" ? "shadow" : "act",
      requested_by: asJson(wanted.requestedBy),
    })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return startedBefore(store, wanted.key ?? "");

  const run = runOf(row);
  await writeEvent(store, run.id, now, { kind: "state", data: { state: run.state } });
  await record(store, {
    at: now,
    kind: "run",
    actor: wanted.requestedBy,
    task: `Started: ${run.title}`,
    environment: run.environment,
    links: { ...run.links, run: run.id },
    evidence: { procedure: `${procedure.id}@${procedure.version}`, digest, mode: run.mode },
  });
  return run;
}

function insteadOf({ id, harmless }: Procedure): string {
  return harmless === undefined
    ? `Do the steps by hand: millwright procedure plan ${id}`
    : `Without what it changes: millwright run start ${id} --arguments '${JSON.stringify(harmless)}'`;
}

function emptyRow(now: Instant) {
  return {
    state: "ready" as const,
    waits_for: null,
    reason: null,
    wake_at: null,
    direction: "do" as const,
    position: 0,
    attempt: 1,
    step_started_at: null,
    approved_until: null,
    wanted: null,
    version: 1,
    leg: 0,
    held_by: null,
    created_at: now,
    started_at: null,
    ended_at: null,
    updated_at: now,
  };
}

async function startedBefore(store: Store, key: string): Promise<Run> {
  const run = await findRunByKey(store, key);
  if (run === undefined) throw new Error(`a run with key ${key} is there and cannot be read`);
  return run;
}
