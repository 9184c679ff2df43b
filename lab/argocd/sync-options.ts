import type { Stored } from "../kubernetes/types.ts";

/**
 * What the lab does of Argo CD's sync options (argo-cd docs/user-guide/sync-options.md; names as in gitops-engine
 * pkg/sync/common/types.go). `ClientSideApplyMigration` changes nothing here: fields pass to who applies last.
 */
const covered: Readonly<Record<string, readonly string[]>> = {
  ApplyOutOfSyncOnly: ["true", "false"],
  ClientSideApplyMigration: ["true", "false"],
  CreateNamespace: ["true", "false"],
  Delete: ["true", "false"],
  FailOnSharedResource: ["true", "false"],
  Force: ["true", "false"],
  Prune: ["true", "false"],
  PruneLast: ["true", "false"],
  Replace: ["true", "false"],
  RespectIgnoreDifferences: ["true", "false"],
  ServerSideApply: ["true", "false"],
  SkipDryRunOnMissingResource: ["true", "false"],
};

const annotation = "argocd.argoproj.io/sync-options";

function ownOptions(object: Stored | undefined): readonly string[] {
  return (object?.metadata?.annotations?.[annotation] ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** Whether an option (`PruneLast=true`) holds: what the resource says itself wins over its Application. */
export function hasOption(options: readonly string[], object: Stored | undefined, option: string): boolean {
  const [name = ""] = option.split("=");
  const own = ownOptions(object).filter((one) => one.startsWith(`${name}=`));
  return (own.length > 0 ? own : options).includes(option);
}

/** Throws Error for an option that Argo CD does not know or the lab does not do: skipped in silence it would be a lie. */
export function refuseUncovered(options: readonly string[], objects: readonly Stored[]): void {
  const all = [...options, ...objects.flatMap(ownOptions)];
  const strange = [...new Set(all.filter((one) => !isCovered(one)))];
  if (strange.length > 0)
    throw new Error(`sync option ${strange.map((one) => `'${one}'`).join(", ")} is not covered by the lab`);
}

function isCovered(option: string): boolean {
  const at = option.indexOf("=");
  const name = option.slice(0, at);
  return at > 0 && Object.hasOwn(covered, name) && covered[name]?.includes(option.slice(at + 1)) === true;
}
