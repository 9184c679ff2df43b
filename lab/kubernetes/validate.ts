import type { Target } from "./request.ts";
import { nameOf, Refused } from "./store.ts";
import type { Stored } from "./types.ts";

interface Spec {
  readonly replicas?: unknown;
  readonly template?: unknown;
  readonly selector?: unknown;
}

/** The rules of the real server that the platform meets: replicas are a count, and what can never change. */
export function refuseInvalid(object: Stored, target: Target, live?: Stored): void {
  const { replicas } = (object["spec"] ?? {}) as Spec;
  if (replicas !== undefined && !(typeof replicas === "number" && replicas >= 0))
    throw invalid(target, object, "spec.replicas: Invalid value: must be >= 0");
  if (live !== undefined) refuseChange(object, target, live);
}

function refuseChange(object: Stored, target: Target, live: Stored): void {
  const was = (live["spec"] ?? {}) as Spec;
  const is = (object["spec"] ?? {}) as Spec;
  if (live.apiVersion === "batch/v1" && live.kind === "Job" && !same(was.template, is.template))
    throw invalid(target, live, "spec.template: Invalid value: field is immutable");
  if (live.apiVersion !== "apps/v1") return;
  if (was.selector !== undefined && !same(was.selector, is.selector))
    throw invalid(target, live, "spec.selector: Invalid value: field is immutable");
  if (live.kind === "StatefulSet" && !same(fixedOf(was), fixedOf(is))) throw invalid(target, live, statefulSetWords);
}

/** The words of kubernetes pkg/apis/apps/validation (ValidateStatefulSetUpdate). */
const statefulSetWords =
  "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

const changeable = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

function fixedOf(spec: Spec): unknown {
  return Object.fromEntries(
    Object.entries(spec)
      .filter(([key]) => !changeable.includes(key))
      .toSorted(),
  );
}

function invalid({ served, name }: Target, object: Stored, what: string): Refused {
  return new Refused(422, "Invalid", `${nameOf(served, name ?? object.metadata.name)} is invalid: ${what}`);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, one]) => [key, sorted(one)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A Secret's `stringData` becomes `data`, as the server does it. */
export function withData(object: Stored): Stored {
  const { stringData, ...rest } = object;
  if (object.kind !== "Secret" || stringData === undefined) return object;
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString("base64"),
  ]);
  return { ...(rest as Stored), data: { ...(object["data"] as object | undefined), ...Object.fromEntries(encoded) } };
}
