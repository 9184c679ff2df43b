import type { Target } from "./request.ts";
import { Refused } from "./store.ts";
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

interface Fixed {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  readonly words: string;
  readonly of: (spec: Spec) => unknown;
}

const isFixed = (path: string): string => `${path}: Invalid value: field is immutable`;

function refuseChange(object: Stored, target: Target, live: Stored): void {
  const was = (live["spec"] ?? {}) as Spec;
  const is = (object["spec"] ?? {}) as Spec;
  const broken = fixed.find(
    ({ apiVersion, kinds, of }) =>
      apiVersion === live.apiVersion &&
      kinds.includes(live.kind) &&
      of(was) !== undefined &&
      JSON.stringify(sorted(of(was))) !== JSON.stringify(sorted(of(is))),
  );
  if (broken !== undefined) throw invalid(target, live, broken.words);
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

const fixed: readonly Fixed[] = [
  { apiVersion: "batch/v1", kinds: ["Job"], words: isFixed("spec.template"), of: ({ template }) => template },
  {
    apiVersion: "apps/v1",
    kinds: ["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet"],
    words: isFixed("spec.selector"),
    of: ({ selector }) => selector,
  },
  {
    apiVersion: "apps/v1",
    kinds: ["StatefulSet"],
    words: statefulSetWords,
    of: (spec) => Object.fromEntries(Object.entries(spec).filter(([key]) => !changeable.includes(key))),
  },
];

const causes: readonly (readonly [string, string])[] = [
  ["Required value", "FieldValueRequired"],
  ["Forbidden", "FieldValueForbidden"],
  ["Invalid value", "FieldValueInvalid"],
];

/** 422 as apimachinery words it (NewInvalid): by the kind, with the field and its fault as a cause. `what`: `FIELD: FAULT`. */
function invalid({ served, name }: Target, object: Stored, what: string): Refused {
  const [field = "", ...rest] = what.split(": ");
  const message = rest.join(": ");
  const reason = causes.find(([words]) => message.startsWith(words))?.[1] ?? "FieldValueInvalid";
  const { kind, group } = served;
  const called = name ?? object.metadata.name ?? "";
  return new Refused(422, "Invalid", `${kind}${group === "" ? "" : `.${group}`} "${called}" is invalid: ${what}`, {
    ...(called === "" ? {} : { name: called }),
    ...(group === "" ? {} : { group }),
    kind,
    causes: [{ reason, message, field }],
  });
}

const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const subdomainWords =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** What the server looks at before all else in something new: its kind and its name. */
export function refuseUnnamed(draft: Stored, target: Target): void {
  const { kind, group, version } = target.served;
  if (draft.kind !== undefined && draft.kind !== kind)
    throw new Refused(400, "BadRequest", `${draft.kind} in version "${version}" cannot be handled as a ${kind}`);
  const metadata: Partial<Stored["metadata"]> = draft.metadata ?? {};
  const named = { ...draft, metadata } as Stored;
  if (metadata.name === undefined && metadata.generateName === undefined)
    throw invalid(target, named, "metadata.name: Required value: name or generateName is required");
  // Names of roles and their bindings may hold anything that a path can.
  const { name } = metadata;
  if (name !== undefined && group !== "rbac.authorization.k8s.io" && !isSubdomain(name))
    throw invalid(target, named, `metadata.name: Invalid value: "${name}": ${subdomainWords}`);
}

function isSubdomain(name: string): boolean {
  return subdomain.test(name) && name.length <= 253;
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

/** As the server writes what comes in: a Secret's `stringData` becomes `data`, and what is not said has its usual value. */
export function withData(object: Stored): Stored {
  return withDefaults(withoutText(object));
}

/** What the server writes in of a spec (kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go), as the contract compares it. */
const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DaemonSet: {
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  },
  StatefulSet: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } },
  CronJob: {
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
};

/** Before a controller has looked. */
const nobodyScheduled = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};

function withDefaults(object: Stored): Stored {
  if (object.kind === "Secret") return { type: "Opaque", ...object };
  const usual = defaults[object.kind];
  const spec = object["spec"] as { readonly updateStrategy?: { readonly type?: string } } | undefined;
  if (usual === undefined || spec === undefined) return object;
  // A strategy without its type has not been chosen either.
  const { updateStrategy, ...rest } = spec;
  const said = updateStrategy?.type === undefined ? rest : spec;
  const status = object.kind === "DaemonSet" ? { status: object["status"] ?? nobodyScheduled } : {};
  return { ...object, spec: { ...usual, ...said }, ...status };
}

function withoutText(object: Stored): Stored {
  const { stringData, ...rest } = object;
  if (object.kind !== "Secret" || stringData === undefined) return object;
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString("base64"),
  ]);
  return { ...(rest as Stored), data: { ...(object["data"] as object | undefined), ...Object.fromEntries(encoded) } };
}
