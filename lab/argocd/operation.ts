import type { LabCluster } from "../kubernetes/index.ts";
import {
  type Application,
  type HistoryEntry,
  type Operation,
  type OperationState,
  type Retry,
  revisionFields,
  type Spec,
} from "./application.ts";
import { type Comparison, compare } from "./comparison.ts";
import type { Sources } from "./sources.ts";
import { step } from "./step.ts";
import { hasOption, refuseUncovered } from "./sync-options.ts";
import { durationMs } from "./windows.ts";

/** An operation that begins; its first step fixes the revisions. */
export function begun(operation: Operation, now: string): OperationState {
  return { operation, phase: "Running", message: "waiting to start", startedAt: now };
}

/** The spec that an operation syncs: its own sources when it names some, as a rollback does. */
function specOf({ spec }: Application, { sync }: Operation): Spec {
  if (sync?.sources !== undefined) return { ...spec, sources: sync.sources };
  return sync?.source === undefined ? spec : { ...spec, source: sync.source };
}

function wantedOf({ sync }: Operation): readonly string[] | undefined {
  if (sync?.revisions !== undefined) return sync.revisions;
  return sync?.revision === undefined || sync.revision === "" ? undefined : [sync.revision];
}

/** One step further. A sync that failed is tried again after its backoff, as often as its retry says. */
export async function advance(
  cluster: LabCluster,
  sources: Sources,
  application: Application,
  state: OperationState,
  now: string,
): Promise<OperationState> {
  if (state.phase === "Terminating") return ended(state, "Failed", "Operation terminated", now);
  if (state.operation.sync === undefined)
    return ended(state, "Error", "Invalid operation request: no operation specified", now);
  if (isWaiting(state, now)) return state;
  const spec = specOf(application, state.operation);
  try {
    const comparison = compare(cluster, application, await sources.render(application, spec, askedOf(state)));
    return stepped(cluster, { ...application, spec }, state, comparison, now);
  } catch (thrown) {
    return ended(state, "Error", `ComparisonError: ${thrown instanceof Error ? thrown.message : String(thrown)}`, now);
  }
}

/** The revisions that the first step fixed, else what was asked for. */
function askedOf({ syncResult, operation }: OperationState): readonly string[] | undefined {
  const fixed = syncResult?.revision === undefined ? undefined : [syncResult.revision];
  return syncResult?.revisions ?? fixed ?? wantedOf(operation);
}

/** The operation's own stand for the Application's when there are some; throws Error for those the lab does not cover. */
function optionsOf({ spec }: Application, { sync }: Operation): readonly string[] {
  const options = sync?.syncOptions ?? spec.syncPolicy?.syncOptions ?? [];
  refuseUncovered(options, []);
  return options;
}

function stepped(
  cluster: LabCluster,
  application: Application,
  state: OperationState,
  comparison: Comparison,
  now: string,
): OperationState {
  const { spec } = application;
  const options = optionsOf(application, state.operation);
  if (hasOption(options, undefined, "CreateNamespace=true")) createNamespace(cluster, application);
  const done = step(cluster, {
    application,
    operation: state.operation,
    comparison,
    results: state.syncResult?.resources ?? [],
    options,
  });
  const syncResult = {
    resources: done.results,
    ...revisionFields(spec, comparison.revisions),
    ...(spec.sources === undefined ? { source: spec.source } : { sources: spec.sources }),
  } as NonNullable<OperationState["syncResult"]>;
  const next = { ...state, message: done.message, syncResult };
  if (done.phase === "Running") return next;
  return done.phase === "Succeeded" ? { ...next, phase: "Succeeded", finishedAt: now } : retried(next, now);
}

function createNamespace(cluster: LabCluster, { spec }: Application): void {
  const { namespace } = spec.destination;
  const type = cluster.store.typeOfObject({ apiVersion: "v1", kind: "Namespace" });
  if (namespace === undefined || cluster.store.get(type, undefined, namespace) !== undefined) return;
  cluster.store.create(type, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
}

function ended(state: OperationState, phase: "Error" | "Failed", message: string, now: string): OperationState {
  return { ...state, phase, message, finishedAt: now };
}

/** argo-cd docs/user-guide/auto_sync.md and v1alpha1 `RetryStrategy.NextRetryAt`: 5 s, doubled each time, at most 3 min. */
function backoffMs({ backoff = {} }: Retry, count: number): number {
  const { duration = "5s", factor = 2, maxDuration = "3m" } = backoff;
  return Math.min(durationMs(duration) * factor ** count, durationMs(maxDuration));
}

function retried(state: OperationState, now: string): OperationState {
  const { retry } = state.operation;
  const count = state.retryCount ?? 0;
  const limit = retry?.limit ?? 0;
  if (limit >= 0 && count >= limit) {
    const tried = count === 0 ? "" : ` (retried ${count} times).`;
    return ended(state, "Failed", `${state.message}${tried}`, now);
  }
  const at = new Date(Date.parse(now) + backoffMs(retry ?? {}, count)).toISOString().replace(".000Z", "Z");
  const { syncResult } = state;
  return {
    ...state,
    retryCount: count + 1,
    finishedAt: now,
    message: `${state.message}. Retrying attempt #${count + 1} at ${at}.`,
    ...(syncResult === undefined ? {} : { syncResult: { ...syncResult, resources: [] } }),
  };
}

function isWaiting({ message, retryCount = 0 }: OperationState, now: string): boolean {
  const at = /Retrying attempt #\d+ at (\S+Z)\.$/.exec(message)?.[1];
  return retryCount > 0 && at !== undefined && Date.parse(now) < Date.parse(at);
}

/** What a finished sync of everything adds to the history; 10 entries are kept unless the spec says otherwise. */
export function historyAfter(application: Application, state: OperationState): readonly HistoryEntry[] {
  const { history = [] } = application.status;
  if (state.phase !== "Succeeded" || !isWhole(state.operation)) return history;
  const { resources: _, ...deployed } = state.syncResult ?? { resources: [] };
  const id = (history.at(-1)?.id ?? -1) + 1;
  const { startedAt: deployStartedAt, finishedAt: deployedAt = deployStartedAt } = state;
  const entry = { id, ...deployed, deployStartedAt, deployedAt, initiatedBy: state.operation.initiatedBy ?? {} };
  return [...history, entry].slice(-(application.spec.revisionHistoryLimit ?? 10));
}

function isWhole({ sync }: Operation): boolean {
  return sync?.dryRun !== true && (sync?.resources ?? []).length === 0;
}

/** Whether the last operation was a sync of the same thing. */
export function wasTried(application: Application, comparison: Comparison): boolean {
  const { operationState } = application.status;
  const result = operationState?.syncResult;
  if (result === undefined || operationState?.operation.sync?.dryRun === true) return false;
  const { spec } = application;
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const revisions = result.revisions ?? (result.revision === undefined ? [] : [result.revision]);
  const isSameSource =
    spec.sources === undefined ? same(result.source, spec.source) : same(result.sources, spec.sources);
  return isSameSource && same(revisions, comparison.revisions);
}

/** A self-heal syncs only what differs. */
export function differing({ resources }: Comparison): NonNullable<Operation["sync"]>["resources"] {
  return resources
    .filter(({ isSynced }) => !isSynced)
    .map(({ reference: { group, kind, namespace, name } }) => ({ group, kind, namespace, name }));
}
