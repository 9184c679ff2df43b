import { load } from "js-yaml";
import {
  conflictsOf,
  conflictWords,
  fieldsOf,
  isChanged,
  managedAfter,
  type Writer,
  withoutDropped,
} from "./fields.ts";
import { isMapping, jsonPatch, mergePatch, strategicPatch } from "./patch.ts";
import { getObject, listObjects } from "./read.ts";
import { type Asked, parsedBody, type Target } from "./request.ts";
import { scaleIn, scaleOf } from "./scale.ts";
import { detailsOf, nameOf, type ObjectStore, Refused } from "./store.ts";
import { apiVersionOf, type FieldSet, type Stored } from "./types.ts";
import { refuseInvalid, refuseUnnamed, withData } from "./validate.ts";

/** Creates, updates, patches or deletes; answers with the status and the object. A dry run keeps nothing. */
export function writeObject(
  store: ObjectStore,
  target: Target,
  asked: Asked,
): { readonly status: number; readonly object: Stored } {
  switch (asked.method) {
    case "POST":
      return { status: 201, object: createObject(store, target, asked) };
    case "PUT":
      return { status: 200, object: putObject(store, target, asked) };
    case "PATCH":
      return patchObject(store, target, asked);
    case "DELETE":
      return {
        status: 200,
        object: target.name === undefined ? deleteAll(store, target, asked) : deleteObject(store, target, asked),
      };
    default:
      throw new Refused(405, "MethodNotAllowed", `the server does not allow this method on the requested resource`);
  }
}

function isDryRun(asked: Asked): boolean {
  return asked.query.get("dryRun") === "All";
}

function writerOf(store: ObjectStore, asked: Asked, target: Target, operation: Writer["operation"]): Writer {
  // As the server names a client that does not name itself (apiserver pkg/endpoints/handlers: managerOrUserAgent).
  const manager = asked.query.get("fieldManager") ?? asked.userAgent.split("/")[0] ?? "";
  return { manager: manager || "unknown", operation, subresource: target.subresource, time: asked.time ?? store.now() };
}

function createObject(store: ObjectStore, target: Target, asked: Asked, draft = parsedBody<Stored>(asked)): Stored {
  const { served, namespace } = target;
  if (
    served.namespaced &&
    namespace !== undefined &&
    store.all("Namespace").every((one) => one.metadata.name !== namespace)
  )
    throw new Refused(404, "NotFound", `namespaces "${namespace}" not found`, { name: namespace, kind: "namespaces" });
  refuseUnnamed(draft, target);
  refuseInvalid(draft, target);
  const metadata = { ...draft.metadata, ...(namespace === undefined ? {} : { namespace }) };
  const operation = asked.contentType.includes("apply-patch") ? "Apply" : "Update";
  const object = withData({ ...draft, apiVersion: apiVersionOf(served), kind: served.kind, metadata });
  const managedFields = managedAfter(object, fieldsOf(object), writerOf(store, asked, target, operation));
  const whole: Stored = { ...object, metadata: { ...metadata, managedFields } };
  return isDryRun(asked) ? whole : store.create(served, whole);
}

function putObject(store: ObjectStore, target: Target, asked: Asked): Stored {
  if (target.subresource === "scale") {
    const live = getObject(store, target);
    return scaleOf(replaced(store, target, asked, scaleIn(live, parsedBody<Record<string, unknown>>(asked))));
  }
  const next = parsedBody<Stored>(asked);
  return replaced(store, target, asked, target.subresource === "status" ? onlyStatus(store, target, next) : next);
}

/** Through the status subresource nothing but the status is written. */
function onlyStatus(store: ObjectStore, target: Target, next: Stored): Stored {
  const live = getObject(store, target);
  const { resourceVersion } = next.metadata ?? {};
  const metadata = resourceVersion === undefined ? live.metadata : { ...live.metadata, resourceVersion };
  return { ...live, metadata, status: next["status"] };
}

function replaced(store: ObjectStore, target: Target, asked: Asked, next: Stored): Stored {
  const live = getObject(store, target);
  const wanted = next.metadata?.resourceVersion;
  if (wanted !== undefined && wanted !== "" && wanted !== live.metadata.resourceVersion) {
    throw new Refused(
      409,
      "Conflict",
      `Operation cannot be fulfilled on ${nameOf(target.served, live.metadata.name)}: the object has been modified; please apply your changes to the latest version and try again`,
    );
  }
  refuseInvalid(next, target, live);
  const whole = withData(next);
  return kept(store, target, asked, live, whole, "Update", changedFields(live, whole));
}

function kept(
  store: ObjectStore,
  target: Target,
  asked: Asked,
  live: Stored,
  next: Stored,
  operation: Writer["operation"],
  fields: FieldSet,
): Stored {
  const { uid, creationTimestamp, name, namespace } = live.metadata;
  const writer = writerOf(store, asked, target, operation);
  const managedFields = managedAfter(live, fields, writer, isChanged(live, next));
  const metadata = {
    ...next.metadata,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(live.metadata.deletionTimestamp === undefined ? {} : { deletionTimestamp: live.metadata.deletionTimestamp }),
    managedFields,
  };
  const object: Stored = { ...next, apiVersion: live.apiVersion, kind: live.kind, metadata };
  const status = live["status"];
  // Only the status subresource writes the status, where there is one.
  if (target.subresource !== "status" && target.served.subresources.includes("status")) {
    if (status === undefined) delete object["status"];
    else object["status"] = status;
  }
  return isDryRun(asked) ? object : store.update(target.served, live, object);
}

/** The fields of `next` that differ from what is live. */
function changedFields(live: Stored, next: Stored): FieldSet {
  return changed(fieldsOf(next), live, next);
}

function changed(fields: FieldSet, live: unknown, next: unknown): FieldSet {
  const result: FieldSet = {};
  for (const [key, below] of Object.entries(fields)) {
    const name = key.slice(2);
    const was = isMapping(live) ? live[name] : undefined;
    const is = isMapping(next) ? next[name] : undefined;
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const isNested = Object.keys(below).some((one) => one.startsWith("f:"));
    result[key] = isNested ? changed(below, was, is) : below;
  }
  return result;
}

function patchObject(store: ObjectStore, target: Target, asked: Asked): { status: number; object: Stored } {
  if (asked.contentType.includes("apply-patch")) return applyObject(store, target, asked);
  refuseUnknownPatch(asked);
  const live = getObject(store, target);
  const patch = parsedBody<Record<string, unknown>>(asked);
  if (target.subresource === "scale") {
    const scale = patched(scaleOf(live), patch, asked.contentType);
    return { status: 200, object: scaleOf(replaced(store, target, asked, scaleIn(live, scale))) };
  }
  const next = patched(live, patch, asked.contentType);
  return { status: 200, object: replaced(store, target, asked, next) };
}

function refuseUnknownPatch({ contentType }: Asked): void {
  if (/^application\/(?:json-patch|merge-patch|strategic-merge-patch)\+json/.test(contentType)) return;
  throw new Refused(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  );
}

function patched(live: Stored, patch: Record<string, unknown>, contentType: string): Stored {
  if (contentType.includes("json-patch"))
    return jsonPatch(live, patch as unknown as readonly Record<string, unknown>[]) as Stored;
  const merge = contentType.includes("strategic") ? strategicPatch : mergePatch;
  return merge(structuredClone(live), patch) as Stored;
}

function applyObject(store: ObjectStore, target: Target, asked: Asked): { status: number; object: Stored } {
  const wanted = parsedBody<Stored>(asked, (text) => load(text));
  refuseMistaken(wanted, target, asked);
  const live = store.get(target.served, target.namespace, target.name ?? "");
  if (live === undefined) return { status: 201, object: createObject(store, target, asked, wanted) };
  const manager = asked.query.get("fieldManager") ?? "";
  const conflicts = asked.query.get("force") === "true" ? [] : conflictsOf(live, wanted, manager);
  if (conflicts.length > 0)
    throw new Refused(409, "Conflict", conflictWords(conflicts), {
      causes: conflicts.map((one) => ({
        reason: "FieldManagerConflict",
        message: `conflict with ${one.manager}`,
        field: one.field,
      })),
    });
  const { resourceVersion: _, managedFields: __, ...metadata } = wanted.metadata;
  const without = withoutDropped(live, fieldsOf(wanted), manager);
  const next = withData(strategicPatch(without, { ...wanted, metadata }) as Stored);
  refuseInvalid(next, target, live);
  return { status: 200, object: kept(store, target, asked, live, next, "Apply", fieldsOf(wanted)) };
}

function refuseMistaken(wanted: Stored, { name = "" }: Target, { query }: Asked): void {
  if ((query.get("fieldManager") ?? "") === "")
    throw new Refused(
      422,
      "Invalid",
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const { name: named }: Partial<Stored["metadata"]> = wanted.metadata ?? {};
  if (named !== undefined && named !== name)
    throw new Refused(
      400,
      "BadRequest",
      `the name of the object (${named}) does not match the name on the URL (${name})`,
    );
}

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: string;
  readonly dryRun?: readonly string[];
}

function deleteObject(store: ObjectStore, target: Target, asked: Asked): Stored {
  const options = asked.body === "" ? {} : parsedBody<DeleteOptions>(asked);
  const live = getObject(store, target);
  refuseOther(target, live, options.preconditions);
  if (isDryRun(asked) || options.dryRun?.includes("All") === true) return live;
  const gone = store.delete(target.served, live, options.propagationPolicy === "Orphan");
  return saysWhatWasThere(target, gone) ? gone : deletedStatus(target, gone);
}

function refuseOther(target: Target, live: Stored, preconditions: DeleteOptions["preconditions"] = {}): void {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== live.metadata.uid)
    throw otherThan(target, live, "UID", uid, live.metadata.uid, "deleted and then recreated");
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion)
    throw otherThan(target, live, "ResourceVersion", resourceVersion, live.metadata.resourceVersion, "modified");
}

function otherThan(
  { served: { kind, group } }: Target,
  { metadata: { name } }: Stored,
  what: "UID" | "ResourceVersion",
  wanted: string,
  found: string | undefined,
  because: string,
): Refused {
  const thing = `${kind}${group === "" ? "" : `.${group}`} "${name}"`;
  return new Refused(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${thing}: the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). The object might have been ${because}`,
    { name, ...(group === "" ? {} : { group }), kind },
  );
}

/** What ends in its own time, or waits for its finalizers, is shown as it is then. */
function saysWhatWasThere({ served }: Target, { metadata }: Stored): boolean {
  return ["pods", "namespaces"].includes(served.plural) || metadata.deletionTimestamp !== undefined;
}

function deletedStatus({ served }: Target, { metadata }: Stored): Stored {
  const details = { ...detailsOf(served, metadata.name), uid: metadata.uid };
  return { apiVersion: "v1", kind: "Status", metadata: {} as Stored["metadata"], status: "Success", details };
}

/** `deletecollection`: everything that the selectors choose. */
function deleteAll(store: ObjectStore, target: Target, asked: Asked): Stored {
  const { items } = listObjects(store, target, { ...asked, accept: "" }) as { readonly items: readonly Stored[] };
  for (const { metadata } of items)
    deleteObject(store, { ...target, namespace: metadata.namespace, name: metadata.name }, asked);
  return { apiVersion: "v1", kind: "Status", metadata: {} as Stored["metadata"], status: "Success" };
}
