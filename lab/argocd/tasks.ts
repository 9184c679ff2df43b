import type { LabCluster } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import type { Application, Operation, SyncResultEntry } from "./application.ts";
import { type Comparison, prunable } from "./comparison.ts";
import { type Desired, keyOf, liveOf, type Reference } from "./resource.ts";
import { hasOption } from "./sync-options.ts";

/** One thing to do in a sync. */
export interface Task {
  readonly reference: Reference;
  readonly desired: Desired | undefined;
  readonly live: Stored | undefined;
  readonly phase: "PreSync" | "Sync" | "PostSync" | "SyncFail";
  readonly wave: number;
  readonly isHook: boolean;
  readonly result: SyncResultEntry | undefined;
}

const phases = ["PreSync", "Sync", "PostSync", "SyncFail"] as const;

/** What goes first within a wave (gitops-engine pkg/sync/sync_tasks.go, which follows Helm); other kinds come last. */
const kinds = [
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
];

export interface Work {
  readonly application: Application;
  readonly operation: Operation;
  readonly comparison: Comparison;
  readonly results: readonly SyncResultEntry[];
  readonly options: readonly string[];
}

/** Everything that a sync does, in its order: by phase, then wave, then kind, then name. */
export function tasksOf(cluster: LabCluster, work: Work): readonly Task[] {
  const { operation, comparison } = work;
  const chosen = operation.sync?.resources?.map(({ group = "", namespace = "", kind, name }) =>
    keyOf({ group, namespace, kind, name }),
  );
  const isChosen = ({ group, kind, namespace, name }: Reference): boolean =>
    chosen === undefined ||
    chosen.length === 0 ||
    [namespace, ""].some((within) => chosen.includes(keyOf({ group, kind, namespace: within, name })));
  const isWhole = chosen === undefined || chosen.length === 0;
  const applied = comparison.desired.flatMap((desired) =>
    desired.hooks.length > 0 ? [] : [task(cluster, work, desired, "Sync", false)],
  );
  // Hooks do not run in a sync of single resources (docs/user-guide/sync-waves.md).
  const hooks = comparison.desired.flatMap((desired) =>
    isWhole
      ? desired.hooks.flatMap((hook) =>
          phases.filter((phase) => phase === hook).map((phase) => task(cluster, work, desired, phase, true)),
        )
      : [],
  );
  const all = [
    ...applied.filter((one) => isChosen(one.reference) && isDue(work, one)),
    ...hooks,
    ...pruning(work).filter(({ reference }) => isChosen(reference)),
  ];
  return all.toSorted((a, b) => order(a, b));
}

/** With ApplyOutOfSyncOnly what is in sync already is left alone; hooks run all the same (docs/user-guide/sync-options.md). */
function isDue({ comparison, options }: Work, { reference, result }: Task): boolean {
  if (result !== undefined || !hasOption(options, undefined, "ApplyOutOfSyncOnly=true")) return true;
  const key = keyOf(reference);
  return comparison.resources.some((one) => !one.isSynced && keyOf(one.reference) === key);
}

function task(cluster: LabCluster, { results }: Work, desired: Desired, phase: Task["phase"], isHook: boolean): Task {
  const { reference, wave } = desired;
  return {
    reference,
    desired,
    live: liveOf(cluster, desired),
    phase,
    wave,
    isHook,
    result: resultOf(results, reference, phase),
  };
}

function resultOf(
  results: readonly SyncResultEntry[],
  reference: Reference,
  phase: string,
): SyncResultEntry | undefined {
  return results.find((one) => keyOf(one) === keyOf(reference) && one.syncPhase === phase);
}

/** With PruneLast after all else; what was pruned already is told by its result alone. */
function pruning({ comparison, options, results }: Work): readonly Task[] {
  const last = Math.max(0, ...comparison.desired.map(({ wave }) => wave)) + 1;
  const due = prunable(comparison, options).map(({ reference, live }): Task => {
    const own = Number(live?.metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0) || 0;
    const wave = hasOption(options, live, "PruneLast=true") ? last : own;
    return {
      reference,
      desired: undefined,
      live,
      phase: "Sync",
      wave,
      isHook: false,
      result: resultOf(results, reference, "Sync"),
    };
  });
  const gone = results
    .filter(({ status }) => status === "Pruned")
    .filter((one) => due.every(({ reference }) => keyOf(reference) !== keyOf(one)));
  return [
    ...due,
    ...gone.map(
      (one): Task => ({
        reference: one,
        desired: undefined,
        live: undefined,
        phase: "Sync",
        wave: last,
        isHook: false,
        result: one,
      }),
    ),
  ];
}

function order(a: Task, b: Task): number {
  const rank = (kind: string): number => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);
  return (
    phases.indexOf(a.phase) - phases.indexOf(b.phase) ||
    a.wave - b.wave ||
    rank(a.reference.kind) - rank(b.reference.kind) ||
    a.reference.name.localeCompare(b.reference.name)
  );
}
