import type { LabCluster } from "../kubernetes/index.ts";
import type { SyncResultEntry } from "./application.ts";
import { type Applied, apply, remove, unserved } from "./apply.ts";
import { healthOf } from "./health.ts";
import { keyOf } from "./resource.ts";
import { hasOption } from "./sync-options.ts";
import { type Task, tasksOf, type Work } from "./tasks.ts";

export interface Stepped {
  readonly phase: "Running" | "Succeeded" | "Failed";
  readonly message: string;
  readonly results: readonly SyncResultEntry[];
}

/**
 * One step of a sync, by the order of gitops-engine (pkg/sync/sync_context.go, `Sync`): running things are looked at; with more
 * than one phase or wave all of a wave must be healthy before the next; a hook or a resource that failed ends it, after the
 * SyncFail hooks; the last wave of plain resources is done once it is applied, whatever becomes of it then.
 */
export function step(cluster: LabCluster, work: Work): Stepped {
  const results = new Map(work.results.map((one) => [`${one.syncPhase} ${keyOf(one)}`, one]));
  const note = (task: Task, entry: Partial<SyncResultEntry>): void => {
    const { group, version, kind, namespace, name } = task.reference;
    const key = `${task.phase} ${keyOf(task.reference)}`;
    const base = { group, version, kind, namespace, name, syncPhase: task.phase, hookPhase: "Running" as const };
    results.set(key, { ...base, ...(task.isHook ? { hookType: task.phase } : {}), ...results.get(key), ...entry });
  };
  const now = (): readonly Task[] => tasksOf(cluster, { ...work, results: [...results.values()] });
  const said = (phase: Stepped["phase"], message: string): Stepped => ({
    phase,
    message,
    results: [...results.values()],
  });

  const tasks = now();
  const strange = tasks.find(
    ({ desired }) =>
      desired !== undefined &&
      desired.served === undefined &&
      !hasOption(work.options, desired.object, "SkipDryRunOnMissingResource=true"),
  );
  if (strange?.desired !== undefined && work.results.length === 0) {
    note(strange, { status: "SyncFailed", hookPhase: "Failed", message: unserved(strange.desired) });
    return said("Failed", "one or more synchronization tasks are not valid");
  }
  for (const task of tasks) if (task.result?.hookPhase === "Running") look(task, note);
  const looked = now();
  const ordinary = looked.filter(({ phase }) => phase !== "SyncFail");
  const isMultiStep = new Set(ordinary.map(({ phase, wave }) => `${phase} ${wave}`)).size > 1;
  const running = ordinary.filter(({ isHook, result }) => result?.hookPhase === "Running" && (isMultiStep || isHook));
  if (running.length > 0) return said("Running", waitingFor(running));
  if (ordinary.some(({ result }) => result?.hookPhase === "Failed"))
    return failed(
      { cluster, work, looked, note, said },
      reasonOf(ordinary, "one or more synchronization tasks completed unsuccessfully"),
    );
  return nextWave({ cluster, work, looked, note, said }, ordinary);
}

interface Stage {
  readonly cluster: LabCluster;
  readonly work: Work;
  readonly looked: readonly Task[];
  readonly note: (task: Task, entry: Partial<SyncResultEntry>) => void;
  readonly said: (phase: Stepped["phase"], message: string) => Stepped;
}

function nextWave(stage: Stage, ordinary: readonly Task[]): Stepped {
  const { cluster, work, note, said } = stage;
  const pending = ordinary.filter(({ result }) => result === undefined);
  const [first] = pending;
  if (first === undefined) {
    clean(cluster, ordinary, "HookSucceeded");
    return said("Succeeded", "successfully synced (no more tasks)");
  }
  const wave = pending.filter((task) => task.phase === first.phase && task.wave === first.wave);
  const rest = pending.filter((task) => !wave.includes(task) || task.isHook);
  const broken = wave.flatMap((task) => {
    const { ok, message } = run(cluster, work, task);
    note(task, { message, ...resultFor(work, task, ok) });
    return ok ? [] : [message];
  });
  if (broken.length > 0) return failed(stage, `one or more objects failed to apply, reason: ${broken.join(",")}`);
  if (rest.length > 0) return said("Running", waitingFor(wave));
  for (const task of wave) note(task, { hookPhase: "Succeeded" });
  clean(cluster, ordinary, "HookSucceeded");
  return said("Succeeded", "successfully synced (all tasks run)");
}

function resultFor(
  { operation }: Work,
  { desired }: Task,
  ok: boolean,
): Pick<SyncResultEntry, "hookPhase"> & Partial<SyncResultEntry> {
  if (!ok) return { status: "SyncFailed", hookPhase: "Failed" };
  if (desired !== undefined) return { status: "Synced", hookPhase: "Running" };
  return { status: operation.sync?.prune === true ? "Pruned" : "PruneSkipped", hookPhase: "Succeeded" };
}

function run(cluster: LabCluster, work: Work, task: Task): Applied {
  if (work.operation.sync?.dryRun === true) return { ok: true, message: "(dry run)" };
  const { desired, live } = task;
  if (desired === undefined) {
    if (work.operation.sync?.prune !== true) return { ok: true, message: "ignored (requires pruning)" };
    return live === undefined ? { ok: true, message: "pruned" } : remove(cluster, live);
  }
  // A hook of an earlier sync makes room (the usual delete policy, BeforeHookCreation).
  if (task.isHook && live !== undefined) remove(cluster, live);
  return apply(cluster, work.application, desired, work.options);
}

function look(task: Task, note: Stage["note"]): void {
  if (task.live === undefined) {
    // A hook that is gone before it ended cannot have succeeded.
    if (task.isHook) note(task, { hookPhase: "Failed", message: "the hook was deleted before it completed" });
    return;
  }
  const health = healthOf(task.live);
  if (health === undefined || health.status === "Healthy")
    note(task, { hookPhase: "Succeeded", ...(health?.message === undefined ? {} : { message: health.message }) });
  if (health?.status === "Degraded") note(task, { hookPhase: "Failed", message: health.message ?? "" });
}

function failed({ cluster, work, looked, note, said }: Stage, message: string): Stepped {
  const hooks = looked.filter(({ phase }) => phase === "SyncFail");
  const pending = hooks.filter(({ result }) => result === undefined);
  for (const task of pending) {
    const { ok, message: words } = run(cluster, work, task);
    note(task, { status: ok ? "Synced" : "SyncFailed", message: words, hookPhase: ok ? "Running" : "Failed" });
  }
  if (pending.length > 0 || hooks.some(({ result }) => result?.hookPhase === "Running"))
    return said("Running", message);
  clean(cluster, looked, "HookFailed");
  return said("Failed", message);
}

function reasonOf(tasks: readonly Task[], message: string): string {
  const reasons = tasks.flatMap(({ result }) => (result?.status === "SyncFailed" ? [result.message ?? ""] : []));
  return reasons.length === 0 ? message : `${message}, reason: ${reasons.join(",")}`;
}

const helmPolicies = { HookSucceeded: "hook-succeeded", HookFailed: "hook-failed" } as const;

function clean(cluster: LabCluster, tasks: readonly Task[], policy: keyof typeof helmPolicies): void {
  for (const { isHook, live } of tasks) {
    if (!isHook || live === undefined) continue;
    const { annotations = {} } = live.metadata;
    const own = annotations["argocd.argoproj.io/hook-delete-policy"] ?? annotations["helm.sh/hook-delete-policy"] ?? "";
    if (own.includes(policy) || own.includes(helmPolicies[policy])) remove(cluster, live);
  }
}

function waitingFor(tasks: readonly Task[]): string {
  const [first] = tasks;
  if (first === undefined) return "one or more tasks are running";
  const { group, kind, name } = first.reference;
  const more = tasks.length > 1 ? ` and ${tasks.length - 1} more ${first.isHook ? "hooks" : "resources"}` : "";
  return `waiting for ${first.isHook ? "completion of hook" : "healthy state of"} ${group}/${kind}/${name}${more}`;
}
