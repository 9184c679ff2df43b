import { isMapping, jsonPatch } from "../kubernetes/patch.ts";
import type { Stored } from "../kubernetes/types.ts";
import type { Spec } from "./application.ts";
import { jqPaths, withoutPaths } from "./jq-path.ts";

/** Where Argo CD notes what it applied, as kubectl does; a field that is in it and no more in Git is taken away. */
export const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Whether Git and the cluster say different things. What the live object has besides is no difference, unless Argo CD itself had
 * put it there; empty and missing are one, and so are spellings of one quantity.
 */
export function differs(desired: Stored, live: Stored, ignored: Spec["ignoreDifferences"]): boolean {
  const [wanted, is] = [withoutIgnored(desired, ignored), withoutIgnored(live, ignored)].map(comparable);
  const before = live.metadata.annotations?.[lastApplied];
  return !covers(is, wanted) || (before !== undefined && leftOver(JSON.parse(before), wanted, is));
}

/** Without what only the server or Argo CD writes. */
function comparable(object: unknown): unknown {
  const { metadata, status: _, apiVersion: __, kind: ___, ...rest } = object as Stored;
  const { labels, annotations } = metadata;
  const { [lastApplied]: ____, ...own } = annotations ?? {};
  return { ...rest, metadata: { labels: labels ?? {}, annotations: own } };
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMapping(value) && Object.values(value).every(isEmpty);
}

function covers(live: unknown, wanted: unknown): boolean {
  if (isEmpty(wanted)) return true;
  if (Array.isArray(wanted)) return coversList(live, wanted);
  if (isMapping(wanted))
    return isMapping(live) && Object.entries(wanted).every(([key, value]) => covers(live[key], value));
  return live === wanted || (typeof live !== "object" && sameQuantity(live, wanted));
}

function coversList(live: unknown, wanted: readonly unknown[]): boolean {
  if (!Array.isArray(live)) return false;
  if (!isNamed(wanted))
    return live.length === wanted.length && wanted.every((item, index) => covers(live[index], item));
  return wanted.every((item) => {
    const same = live.find((one) => isMapping(one) && one["name"] === item["name"]);
    return same !== undefined && covers(same, item);
  });
}

function isNamed(items: readonly unknown[]): items is readonly Record<string, unknown>[] {
  return items.every((item) => isMapping(item) && typeof item["name"] === "string");
}

/** Something that was applied before, is wanted no more, and is there still. */
function leftOver(before: unknown, wanted: unknown, live: unknown): boolean {
  if (isMapping(before)) {
    if (!isMapping(live)) return false;
    const ours: Readonly<Record<string, unknown>> = isMapping(wanted) ? wanted : {};
    return Object.entries(before).some(([key, value]) => {
      if (["apiVersion", "kind", "status"].includes(key) || isEmpty(live[key])) return false;
      if (key === "metadata") return leftOver(metadataOf(value), metadataOf(ours[key]), metadataOf(live[key]));
      return isEmpty(ours[key]) && !isEmpty(value) ? true : leftOver(value, ours[key], live[key]);
    });
  }
  if (!Array.isArray(before) || !isNamed(before) || !Array.isArray(live)) return false;
  const items: readonly unknown[] = Array.isArray(wanted) ? wanted : [];
  const named = (list: readonly unknown[], name: unknown): unknown =>
    list.find((one) => isMapping(one) && one["name"] === name);
  return before.some((item) => {
    const still = named(live, item["name"]);
    if (still === undefined) return false;
    const ours = named(items, item["name"]);
    return ours === undefined || leftOver(item, ours, still);
  });
}

function metadataOf(value: unknown): unknown {
  if (!isMapping(value)) return {};
  return { labels: value["labels"], annotations: value["annotations"] };
}

function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [quantity(a), quantity(b)];
  return left !== undefined && left === right;
}

const factors: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `500m`, `0.5`, `1Gi`, as Kubernetes reads amounts (apimachinery pkg/api/resource). */
function quantity(value: unknown): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(m|[kMGT]|[KMGT]i)?$/.exec(String(value));
  if (found === null) return undefined;
  return Number(found[1]) * (factors[found[2] ?? ""] ?? 1);
}

/** Throws Error for what of `spec.ignoreDifferences` the lab does not cover, whether or not it would come to it now. */
export function refuseUncoveredIgnores(ignored: Spec["ignoreDifferences"] = []): void {
  const managers = ignored.flatMap(({ managedFieldsManagers = [] }) => managedFieldsManagers);
  if (managers.length > 0)
    throw new Error(`ignoreDifferences: managedFieldsManagers (${managers.join(", ")}) is not covered by the lab`);
  for (const expression of ignored.flatMap(({ jqPathExpressions = [] }) => jqPathExpressions)) jqPaths(expression, {});
}

/** Without the fields that `spec.ignoreDifferences` names (argo-cd docs/user-guide/diffing.md); `*` stands for any group or kind. */
export function withoutIgnored(object: Stored, ignored: Spec["ignoreDifferences"] = []): Stored {
  const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
  const hits = ignored.filter(
    (one) =>
      isLike(one.group ?? "", group) &&
      isLike(one.kind, object.kind) &&
      (one.name ?? object.metadata.name) === object.metadata.name &&
      (one.namespace ?? object.metadata.namespace) === object.metadata.namespace,
  );
  const pointed = hits
    .flatMap(({ jsonPointers = [] }) => jsonPointers)
    .reduce<Stored>((rest, path) => jsonPatch(rest, [{ op: "remove", path }]) as Stored, object);
  return withoutPaths(
    pointed,
    hits.flatMap(({ jqPathExpressions = [] }) => jqPathExpressions),
  );
}

function isLike(pattern: string, text: string): boolean {
  return pattern === "*" || pattern === text;
}
