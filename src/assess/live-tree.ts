import type { KubeObject } from "../kernel/kube.ts";
import type { FileEntry, Tree } from "../kernel/ports.ts";
import type { LiveCluster } from "./live.ts";
import { isOwnMachinery } from "./section.ts";
import { lookedAt } from "./types.ts";

/** Where the files of a live tree lie; an environment's `paths` may name it. */
export const liveFolder = "cluster";

/**
 * The cluster's declared objects as a tree of files, so that every rule that judges a repository judges it too. One file an
 * object, `cluster/NAMESPACE/KIND/NAME.json`, without what the server added. Objects that another object made, the cluster's
 * own machinery, and Secrets are left out.
 */
export function liveTree(live: LiveCluster): Tree {
  const declared = lookedAt.filter((type) => type.declared).flatMap((type) => live.items(type));
  const texts = new Map<string, string>();
  for (const object of declared) if (isDeclared(object)) texts.set(pathOf(object), textOf(object));
  const encoder = new TextEncoder();
  const files: FileEntry[] = [...texts].map(([path, text]) => ({
    path,
    size: text.length,
    version: String(text.length),
  }));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    label: live.label,
    list: () => Promise.resolve({ files, skipped: [] }),
    read: (wanted) => Promise.resolve(wanted.map(({ path }) => encoder.encode(texts.get(path) ?? ""))),
  };
}

function isDeclared({ metadata, kind }: KubeObject): boolean {
  const made = (metadata.ownerReferences ?? []).some((owner) => owner.controller === true);
  return (
    !made &&
    !isOwnMachinery(metadata.namespace ?? (kind === "Namespace" ? metadata.name : undefined)) &&
    metadata.name !== "kube-root-ca.crt"
  );
}

function pathOf({ kind, metadata }: KubeObject): string {
  return `${liveFolder}/${metadata.namespace ?? "_"}/${kind}/${metadata.name}.json`;
}

/** Annotations that hold a copy of the object, or that a tool writes for itself. */
const noise = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "argocd.argoproj.io/tracking-id",
];

function textOf({ apiVersion, kind, metadata, ...rest }: KubeObject): string {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !noise.includes(key));
  const kept = {
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
  };
  return JSON.stringify({ apiVersion, kind, metadata: kept, ...rest, status: undefined }, undefined, 2);
}
