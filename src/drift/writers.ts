import type { KubeManagedFields, KubeObject } from "../kernel/kube.ts";
import type { Step } from "../kernel/tree.ts";

/** Who wrote a field last, as the API server recorded it. `hand` tells a person's tool from a controller's name. */
export interface FieldWriter {
  readonly manager: string;
  readonly at: string | undefined;
  readonly hand: boolean;
}

/**
 * Names under which people's tools write: client-go takes the program's name as the manager, kubectl adds its verb
 * (`kubectl-edit`, `kubectl-client-side-apply`), a browser's dashboard comes as `Mozilla` or `dashboard`.
 */
const hands = /^(?:kubectl|kubectl-.+|k9s|lens|openlens|freelens|Mozilla|dashboard|headlamp|oc|helm|curl|node-fetch)$/i;

/** Argo CD's own: it applies as `argocd-controller` (argo-cd common/common.go, ArgoCDSSAManager), or by the name of its binary. */
const argocd = /^argocd-(?:controller|application-controller|server)$|^argocd$/;

function isHand(manager: string): boolean {
  return hands.test(manager);
}

export function isArgocd(manager: string): boolean {
  return argocd.test(manager);
}

/** The writers of a field, newest first; of a field that nobody owns by itself, the owners of the nearest part above it. */
export function writersOf(object: KubeObject, path: readonly Step[]): readonly FieldWriter[] {
  const entries = (object.metadata.managedFields ?? []).filter((entry) => entry.subresource !== "status");
  for (let length = path.length; length > 0; length -= 1) {
    const steps = path.slice(0, length);
    const owners = entries.filter((entry) => owns(entry.fieldsV1, steps, object));
    if (owners.length > 0) return owners.map(writer).sort(byTime);
  }
  return [];
}

/** Everyone who wrote to an object, its status left out, newest first. */
export function allWriters(object: KubeObject): readonly FieldWriter[] {
  return (object.metadata.managedFields ?? [])
    .filter((entry) => entry.subresource !== "status")
    .map(writer)
    .sort(byTime);
}

function writer(entry: KubeManagedFields): FieldWriter {
  const manager = entry.manager ?? "unknown";
  return { manager, at: entry.time, hand: isHand(manager) };
}

function byTime(a: FieldWriter, b: FieldWriter): number {
  return (b.at ?? "").localeCompare(a.at ?? "");
}

/** `fieldsV1` names a field `f:name`, an item of a list `k:{"name":"web"}` (structured-merge-diff, fieldpath). */
function owns(fields: unknown, steps: readonly Step[], object: KubeObject): boolean {
  let here = fields;
  let value: unknown = object;
  for (const step of steps) {
    here = childOf(here, step, value);
    if (here === undefined) return false;
    value = isRecord(value) || Array.isArray(value) ? (value as Record<Step, unknown>)[step] : undefined;
  }
  return true;
}

function childOf(fields: unknown, step: Step, value: unknown): unknown {
  if (!isRecord(fields)) return undefined;
  if (typeof step === "string") return fields[`f:${step}`];
  const item = Array.isArray(value) ? (value as readonly unknown[])[step] : undefined;
  return Object.entries(fields).find(([key]) => key.startsWith("k:") && names(key.slice(2), item))?.[1];
}

function names(key: string, item: unknown): boolean {
  try {
    const wanted: unknown = JSON.parse(key);
    return isRecord(wanted) && isRecord(item) && Object.entries(wanted).every(([name, value]) => item[name] === value);
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field, and who owns it. */
export interface OwnedField {
  readonly path: readonly Step[];
  readonly value: unknown;
  readonly writer: FieldWriter;
}

/** The fields that people's tools wrote after a moment, as their managers own them; status, labels and annotations aside. */
export function handFields(object: KubeObject, after: string): readonly OwnedField[] {
  return fieldsWritten(object, after, ({ hand }) => hand);
}

/** The same of everybody but Argo CD. */
export function othersFields(object: KubeObject, after: string): readonly OwnedField[] {
  return fieldsWritten(object, after, ({ manager }) => !isArgocd(manager));
}

function fieldsWritten(
  object: KubeObject,
  after: string,
  isMeant: (writer: FieldWriter) => boolean,
): readonly OwnedField[] {
  const entries = (object.metadata.managedFields ?? []).filter((entry) => entry.subresource !== "status");
  return entries.flatMap((entry) => {
    const by = writer(entry);
    if (!isMeant(by) || (by.at ?? "") <= after) return [];
    return leavesOf(entry.fieldsV1, object, [])
      .filter(({ path }) => path[0] !== "metadata" && path[0] !== "status")
      .map((leaf) => ({ ...leaf, writer: by }));
  });
}

function leavesOf(fields: unknown, value: unknown, path: readonly Step[]): readonly Omit<OwnedField, "writer">[] {
  const below = isRecord(fields) ? Object.entries(fields).filter(([key]) => key !== ".") : [];
  if (below.length === 0) return path.length === 0 ? [] : [{ path, value }];
  return below.flatMap(([key, inner]) => {
    const step = stepOf(key, value);
    if (step === undefined) return [];
    const next = isRecord(value) || Array.isArray(value) ? (value as Record<Step, unknown>)[step] : undefined;
    return leavesOf(inner, next, [...path, step]);
  });
}

function stepOf(key: string, value: unknown): Step | undefined {
  if (key.startsWith("f:")) return key.slice(2);
  if (!key.startsWith("k:") || !Array.isArray(value)) return undefined;
  const place = value.findIndex((item) => names(key.slice(2), item));
  return place < 0 ? undefined : place;
}
