import type { Application, Condition, Operation } from "./application.ts";
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
  const { automated, retry } = application.spec.syncPolicy ?? {};
  if (automated === undefined || automated === null || automated.enabled === false) return nothing;
  if (comparison.code !== "OutOfSync") return nothing;
  const { prune = false } = automated;
  const isPruneOnly = comparison.resources.every(({ isSynced, requiresPruning }) => isSynced || requiresPruning);
  if (!prune && isPruneOnly) return nothing;
  const { operationState } = application.status;
  const tried = wasTried(application, comparison);
  if (tried && operationState?.phase !== "Succeeded")
    return refused(`Failed last sync attempt to ${comparison.revisions.join(",")}: ${operationState?.message}`);
  if (tried && automated.selfHeal !== true) return nothing;
  if (tried && Date.parse(now) - Date.parse(operationState?.finishedAt ?? now) < healAfterMs) return nothing;
  if (prune && automated.allowEmpty !== true && comparison.resources.every(({ requiresPruning }) => requiresPruning))
    return refused("Skipping sync attempt to the revision: auto-sync will wipe out all resources");
  const only = tried ? { resources: differing(comparison) ?? [] } : {};
  const at =
    comparison.revisions.length > 1 || application.spec.sources !== undefined
      ? { revisions: [...comparison.revisions] }
      : { revision: comparison.revisions[0] ?? "" };
  return {
    kind: "sync",
    operation: { sync: { ...at, prune, ...only }, initiatedBy: { automated: true }, retry: retry ?? { limit: 5 } },
  };
}

function refused(message: string): Automated {
  return { kind: "refused", condition: { type: "SyncError", message } };
}
