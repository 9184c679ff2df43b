import type { LabCluster } from "../kubernetes/index.ts";
import { isMapping, strategicPatch } from "../kubernetes/patch.ts";
import { Refused } from "../kubernetes/store.ts";
import type { Stored } from "../kubernetes/types.ts";
import type { Application } from "./application.ts";
import { lastApplied, withoutIgnored } from "./compare.ts";
import { type Desired, liveOf, ownerOf } from "./resource.ts";
import { hasOption } from "./sync-options.ts";

/** The name under which Argo CD writes (argo-cd common/common.go, ArgoCDSSAManager). */
const manager = "argocd-controller";

export type Applied = { readonly ok: boolean; readonly message: string };

/** Applies as kubectl does; unless the options say otherwise what was applied before and is wanted no more goes, what others added stays. */
export function apply(
  cluster: LabCluster,
  application: Application,
  desired: Desired,
  options: readonly string[],
): Applied {
  const { served, reference } = desired;
  if (served === undefined) return { ok: false, message: unserved(desired) };
  const object = hasOption(options, desired.object, "RespectIgnoreDifferences=true")
    ? withoutIgnored(desired.object, application.spec.ignoreDifferences)
    : desired.object;
  const what = `${reference.kind.toLowerCase()}${reference.group === "" ? "" : `.${reference.group}`}/${reference.name}`;
  const live = liveOf(cluster, desired);
  const owner = live === undefined ? undefined : ownerOf(live);
  if (hasOption(options, undefined, "FailOnSharedResource=true") && owner !== undefined && owner !== application.name)
    return {
      ok: false,
      message: `Shared resource found: ${reference.kind}/${reference.name} is part of applications ${application.namespace}/${application.name} and ${owner}`,
    };
  const { status: _, ...rest } = object;
  const write = writeOf({ cluster, options, live, object: rest as Stored, what });
  const isForced = hasOption(options, object, "Force=true");
  return attempt(() => {
    try {
      return write();
    } catch (thrown) {
      // kubectl apply --force: what cannot be changed is made anew.
      if (!isForced || live === undefined || !(thrown instanceof Refused)) throw thrown;
      cluster.act({ manager, method: "DELETE", of: named(live), body: {} });
      cluster.act({ manager, method: "POST", of: named(object), body: withNote(rest as Stored) });
      return `${what} replaced`;
    }
  });
}

interface Writing {
  readonly cluster: LabCluster;
  readonly options: readonly string[];
  readonly live: Stored | undefined;
  readonly object: Stored;
  /** As kubectl names it in its answers. */
  readonly what: string;
}

/**
 * The one of kubectl's ways that the options choose; Replace wins over ServerSideApply (argo-cd docs/user-guide/sync-options.md).
 * kubectl's last words are of cli-runtime: created, configured, unchanged, replaced, serverside-applied.
 */
function writeOf(writing: Writing): () => string {
  const { options, object } = writing;
  if (hasOption(options, object, "Replace=true")) return () => replaced(writing);
  if (hasOption(options, object, "ServerSideApply=true")) return () => appliedByServer(writing);
  return () => appliedByClient(writing);
}

/** `kubectl replace`, or create: what Git does not say goes. With Force it is deleted first. */
function replaced({ cluster, options, live, object, what }: Writing): string {
  const isForced = hasOption(options, object, "Force=true");
  if (live !== undefined && isForced) cluster.act({ manager, method: "DELETE", of: named(live), body: {} });
  const isNew = live === undefined || isForced;
  cluster.act({ manager, method: isNew ? "POST" : "PUT", of: named(object), body: object });
  return `${what} ${live === undefined ? "created" : "replaced"}`;
}

/** `kubectl apply --server-side --force-conflicts`: no note of what was applied last is left. */
function appliedByServer({ cluster, object, what }: Writing): string {
  const contentType = "application/apply-patch+yaml";
  cluster.act({ manager, method: "PATCH", of: named(object), body: object, contentType });
  return `${what} serverside-applied`;
}

function appliedByClient({ cluster, live, object, what }: Writing): string {
  const noted = withNote(object);
  if (live === undefined) {
    cluster.act({ manager, method: "POST", of: named(noted), body: noted });
    return `${what} created`;
  }
  const next = merged(live, noted);
  const after = cluster.act({ manager, method: "PUT", of: named(noted), body: next });
  return after.metadata.resourceVersion === live.metadata.resourceVersion ? `${what} unchanged` : `${what} configured`;
}

export function remove(cluster: LabCluster, live: Stored): Applied {
  return attempt(() => {
    cluster.act({ manager, method: "DELETE", of: named(live), body: {} });
    return "pruned";
  });
}

/** The words of argo-cd controller/sync.go and gitops-engine pkg/sync/sync_context.go. */
export function unserved({ reference: { group, kind, namespace, name } }: Desired): string {
  return `The Kubernetes API could not find ${group}/${kind} for requested resource ${namespace}/${name}. Make sure the "${kind}" CRD is installed on the destination cluster.`;
}

function attempt(write: () => string): Applied {
  try {
    return { ok: true, message: write() };
  } catch (thrown) {
    if (thrown instanceof Refused) return { ok: false, message: thrown.message };
    throw thrown;
  }
}

function named({ apiVersion, kind, metadata }: Stored) {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}

function withNote(object: Stored): Stored {
  // A Secret's note would show what is in it; Argo CD's own is hidden by its API, not in the cluster.
  const note = `${JSON.stringify(object)}\n`;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [lastApplied]: note } },
  };
}

function merged(live: Stored, wanted: Stored): Stored {
  const note = live.metadata.annotations?.[lastApplied];
  const before: unknown = note === undefined ? {} : JSON.parse(note);
  const base = without(structuredClone(live), before, wanted) as Stored;
  const next = strategicPatch(base, wanted) as Stored;
  return { ...next, metadata: { ...next.metadata, resourceVersion: live.metadata.resourceVersion ?? "" } };
}

const fixed = new Set(["apiVersion", "kind", "name", "namespace", "status"]);

/** Takes out what stands in `before` and not in `wanted`. */
function without(live: unknown, before: unknown, wanted: unknown, isRoot = true): unknown {
  if (isMapping(live) && isMapping(before)) {
    const ours: Readonly<Record<string, unknown>> = isMapping(wanted) ? wanted : {};
    const kept = Object.entries(live).flatMap(([key, value]) => {
      if (!Object.hasOwn(before, key) || (isRoot && fixed.has(key))) return [[key, value] as const];
      return Object.hasOwn(ours, key)
        ? [[key, without(value, before[key], ours[key], isRoot && key === "metadata")] as const]
        : [];
    });
    return Object.fromEntries(kept);
  }
  if (!Array.isArray(live) || !Array.isArray(before)) return live;
  const named = (list: unknown, name: unknown): unknown =>
    Array.isArray(list) ? list.find((one) => isMapping(one) && one["name"] === name) : undefined;
  return live.flatMap((item: unknown) => {
    const name = isMapping(item) ? item["name"] : undefined;
    const was = name === undefined ? undefined : named(before, name);
    if (was === undefined) return [item];
    const ours = named(wanted, name);
    return ours === undefined ? [] : [without(item, was, ours, false)];
  });
}
