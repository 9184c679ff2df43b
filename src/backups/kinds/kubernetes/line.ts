import { hash } from "node:crypto";
import type { KubeObject } from "../../../kernel/kube.ts";

/**
 * An object as one line that is the same as long as the object is: keys in the order of their names, without what the server counts
 * by itself (who wrote which field, how often it was written).
 */
export function lineOf(object: KubeObject): string {
  const { managedFields: _, resourceVersion: _v, ...metadata } = object.metadata;
  return JSON.stringify(sorted({ ...object, metadata }));
}

export function digestOfLine(line: string): string {
  return hash("sha256", line);
}

/** `Secret mlflow/login`; what belongs to the cluster has no namespace. */
export function nameOf(
  kind: string,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name: string },
): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
