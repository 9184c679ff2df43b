import type { LiveCluster } from "../assess/live.ts";
import { applications } from "../assess/types.ts";
import { type Application, healsItself, readApplication, syncsItself, targetOf } from "../engine/argocd/application.ts";
import type { Fact } from "../kernel/fact.ts";
import type { LiveApplication } from "./facts.ts";

/** Argo CD's Applications of a cluster; absent where the cluster has no Argo CD. */
export function applicationsIn(live: LiveCluster): Fact<readonly LiveApplication[]> {
  const list = live.of(applications);
  if (list.kind !== "known") return list;
  return { ...list, value: list.value.flatMap((object) => readApplication(object) ?? []).map(liveApplication) };
}

function liveApplication(application: Application): LiveApplication {
  const { namespace, name, status } = application;
  const { operationState: state, health, sync } = status;
  const last = (status.history ?? []).at(-1);
  return {
    namespace,
    name,
    sync: sync.status,
    health: health.status,
    message: messageOf(status),
    unhealthySince: health.lastTransitionTime ?? null,
    selfHeal: healsItself(application),
    automated: syncsItself(application),
    target: targetOf(application),
    syncedAt: last?.deployedAt ?? null,
    behind: isBehind(last?.revision ?? "", sync.revision),
    comparedAt: status.reconciledAt ?? null,
    operation: operationOf(state),
    outOfSync: outOfSyncIn(status),
  };
}

function isBehind(synced: string, target: string): boolean {
  return synced !== "" && synced !== target;
}

function messageOf({ health, conditions }: Application["status"]): string {
  const errors = (conditions ?? []).filter(({ type }) => type.endsWith("Error")).map(({ message }) => message);
  return [health.message ?? "", ...errors].filter((text) => text !== "").join(" ");
}

/** What is there and is no longer in Git needs pruning: that is no drift to be put back. */
function outOfSyncIn({ resources }: Application["status"]): LiveApplication["outOfSync"] {
  return (resources ?? [])
    .filter((one) => one.status === "OutOfSync" && one.requiresPruning !== true)
    .map(({ group, kind, namespace, name }) => ({ group, kind, namespace, name }));
}

function operationOf(state: Application["status"]["operationState"]): LiveApplication["operation"] {
  if (state === undefined || state === null) return null;
  return { phase: state.phase, message: state.message, finishedAt: state.finishedAt ?? null };
}
