import { type Application, type Condition, type Operation, revisionFields } from "./application.ts";
import type { Comparison } from "./comparison.ts";
import { differing, wasTried } from "./operation.ts";

/** Self-heal waits so long after the last operation (argo-cd docs/user-guide/auto_sync.md: 5 s). */
const healAfterMs = 5000;

export type Automated =
  | { readonly kind: "nothing" }
  | { readonly kind: "refused"; readonly condition: Pick<Condition, "type" | "message"> }
  | { readonly kind: "sync"; readonly operation: Operation };

const nothing: Automated = { kind: "nothing" };

/** What automated sync does about a comparison: once for a revision, again only to heal (docs/user-guide/auto_sync.md). */
export function automatedSync(application: Application, comparison: Comparison, now: string): Automated {
  const policy = policyOf(application);
  if (policy === undefined || comparison.code !== "OutOfSync") return nothing;
  if (policy.prune !== true && isPruneOnly(comparison)) return nothing;
  const tried = wasTried(application, comparison);
  const answer = tried ? again(application, comparison, policy.selfHeal === true, now) : undefined;
  if (answer !== undefined) return answer;
  if (wipesOut(comparison) && policy.allowEmpty !== true)
    return refused("Skipping sync attempt to the revision: auto-sync will wipe out all resources");
  return { kind: "sync", operation: operationOf(application, comparison, policy, tried) };
}

type Policy = NonNullable<ReturnType<typeof policyOf>>;

/** A self-heal syncs only what differs. */
function operationOf(
  { spec }: Application,
  comparison: Comparison,
  { prune = false, retry }: Policy,
  heals: boolean,
): Operation {
  const at = revisionFields(spec, comparison.revisions);
  const sync = { ...at, prune, ...(heals ? { resources: differing(comparison) } : {}) } as NonNullable<
    Operation["sync"]
  >;
  return { sync, initiatedBy: { automated: true }, retry };
}

function isPruneOnly({ resources }: Comparison): boolean {
  return resources.every(({ isSynced, requiresPruning }) => isSynced || requiresPruning);
}

function policyOf({ spec }: Application) {
  const { automated, retry = { limit: 5 } } = spec.syncPolicy ?? {};
  const isOff = automated === undefined || automated === null || automated.enabled === false;
  return isOff ? undefined : { ...automated, retry };
}

/** Of what was synced already; undefined when it is to be healed. */
function again({ status }: Application, { revisions }: Comparison, heals: boolean, now: string): Automated | undefined {
  const { operationState } = status;
  if (operationState?.phase !== "Succeeded")
    return refused(`Failed last sync attempt to ${revisions.join(",")}: ${operationState?.message}`);
  const since = Date.parse(now) - Date.parse(operationState.finishedAt ?? now);
  return heals && since >= healAfterMs ? undefined : nothing;
}

function wipesOut({ resources }: Comparison): boolean {
  return resources.every(({ requiresPruning }) => requiresPruning);
}

function refused(message: string): Automated {
  return { kind: "refused", condition: { type: "SyncError", message } };
}
