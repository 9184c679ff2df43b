import type { LabCluster } from "../kubernetes/index.ts";
import type { ServedType, Stored } from "../kubernetes/types.ts";
import type { Application } from "./application.ts";

/** How a resource is told from all others; `group` is empty for the core. */
export interface Reference {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Something that Git wants, as it would be applied. */
export interface Desired {
  readonly reference: Reference;
  readonly object: Stored;
  /** Undefined when the cluster does not serve the kind. */
  readonly served: ServedType | undefined;
  readonly wave: number;
  /** The phases as hooks; none for an ordinary resource. */
  readonly hooks: readonly string[];
}

/** By annotation, the default since Argo CD 3.0 (docs/user-guide/resource_tracking.md): `app:group/Kind:namespace/name`. */
const trackingId = "argocd.argoproj.io/tracking-id";

export function referenceOf({ apiVersion, kind, metadata }: Stored): Reference {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  return { group, version, kind, namespace: metadata.namespace ?? "", name: metadata.name };
}

export function keyOf({
  group,
  kind,
  namespace,
  name,
}: Pick<Reference, "group" | "kind" | "namespace" | "name">): string {
  return `${group}/${kind}:${namespace}/${name}`;
}

/** helm.sh/docs/topics/charts_hooks beside Argo CD's own (docs/user-guide/helm.md, "Helm Hooks"); a test hook is left out. */
const helmHooks: Readonly<Record<string, string>> = {
  "pre-install": "PreSync",
  "pre-upgrade": "PreSync",
  "post-install": "PostSync",
  "post-upgrade": "PostSync",
};

function hooksOf(object: Stored): readonly string[] {
  const annotations = object.metadata.annotations ?? {};
  const words = (text: string | undefined): readonly string[] =>
    (text ?? "")
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
  const own = words(annotations["argocd.argoproj.io/hook"]);
  if (own.length > 0) return own;
  return [...new Set(words(annotations["helm.sh/hook"]).map((one) => helmHooks[one] ?? "Skip"))];
}

/** Rendered objects with their namespace and their mark; throws Error for what is no object. */
export function desiredOf(
  cluster: LabCluster,
  application: Application,
  objects: readonly unknown[],
): readonly Desired[] {
  return objects.map((one) => desiredOne(cluster, application, one as Stored));
}

function desiredOne(cluster: LabCluster, application: Application, draft: Stored): Desired {
  if (typeof draft.metadata?.name !== "string")
    throw new Error(
      `Failed to load target state: a ${draft.kind} has no name (generateName is not covered by the lab)`,
    );
  const served = servedFor(cluster, draft);
  const { namespace = application.spec.destination.namespace ?? "default", ...rest } = draft.metadata;
  const metadata = served?.namespaced === false ? rest : { ...rest, namespace };
  const reference = referenceOf({ ...draft, metadata });
  const hooks = hooksOf(draft);
  const annotations: Record<string, string> = { ...metadata.annotations };
  // A hook is no part of what is tracked, and is not pruned.
  if (hooks.length === 0) annotations[trackingId] = `${application.name}:${keyOf(reference)}`;
  const object: Stored = { ...draft, metadata: { ...metadata, annotations } };
  return { reference, object, served, wave: waveOf(annotations), hooks };
}

function waveOf(annotations: Readonly<Record<string, string>>): number {
  return Number(annotations["argocd.argoproj.io/sync-wave"] ?? annotations["helm.sh/hook-weight"] ?? 0) || 0;
}

function servedFor(cluster: LabCluster, object: Stored): ServedType | undefined {
  try {
    return cluster.store.typeOfObject(object);
  } catch {
    return undefined;
  }
}

export function liveOf(
  cluster: LabCluster,
  { served, reference }: Pick<Desired, "served" | "reference">,
): Stored | undefined {
  return served && cluster.store.get(served, served.namespaced ? reference.namespace : undefined, reference.name);
}

/** What the Application put there; a copy of an object that carries another's mark is not among it. */
export function trackedBy(cluster: LabCluster, application: string): readonly Stored[] {
  return cluster.store.everything().filter((object) => {
    const mark = object.metadata.annotations?.[trackingId];
    return mark !== undefined && mark === `${application}:${keyOf(referenceOf(object))}`;
  });
}

export function ownerOf(object: Stored): string | undefined {
  const mark = object.metadata.annotations?.[trackingId];
  return mark?.slice(0, mark.indexOf(":"));
}
