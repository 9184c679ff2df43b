import type { LabCluster } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import { type Application, type Condition, revisionFields, sourcesOf } from "./application.ts";
import { differs, refuseUncoveredIgnores } from "./compare.ts";
import { type HealthCode, healthOf, worst } from "./health.ts";
import { type Desired, desiredOf, keyOf, liveOf, ownerOf, type Reference, referenceOf, trackedBy } from "./resource.ts";
import { hasOption, refuseUncovered } from "./sync-options.ts";

/** One resource as `status.resources` shows it. */
export interface Compared {
  readonly reference: Reference;
  readonly desired: Desired | undefined;
  readonly live: Stored | undefined;
  readonly isSynced: boolean;
  readonly requiresPruning: boolean;
}

export interface Comparison {
  readonly revisions: readonly string[];
  readonly desired: readonly Desired[];
  readonly resources: readonly Compared[];
  readonly code: "Synced" | "OutOfSync" | "Unknown";
  readonly conditions: readonly Pick<Condition, "type" | "message">[];
}

/** Compares what was rendered with what is there; throws Error for what of it the lab does not cover. */
export function compare(
  cluster: LabCluster,
  application: Application,
  rendered: { readonly revisions: readonly string[]; readonly objects: readonly unknown[] },
): Comparison {
  const desired = desiredOf(cluster, application, rendered.objects);
  refuseUncoveredIgnores(application.spec.ignoreDifferences);
  refuseUncovered(
    application.spec.syncPolicy?.syncOptions ?? [],
    desired.map(({ object }) => object),
  );
  const ordinary = desired.filter(({ hooks }) => hooks.length === 0);
  const wanted = new Set(ordinary.map(({ reference }) => keyOf(reference)));
  const compared = [...new Map(ordinary.map((one) => [keyOf(one.reference), one])).values()].map((one) =>
    comparedOf(cluster, application, one),
  );
  const extra = trackedBy(cluster, application.name)
    .filter((live) => !wanted.has(keyOf(referenceOf(live))) && (live.metadata.ownerReferences ?? []).length === 0)
    .map((live) => {
      const isKept = (live.metadata.annotations?.["argocd.argoproj.io/compare-options"] ?? "").includes(
        "IgnoreExtraneous",
      );
      return { reference: referenceOf(live), desired: undefined, live, isSynced: isKept, requiresPruning: true };
    });
  const resources = [...compared, ...extra];
  return {
    revisions: rendered.revisions,
    desired,
    resources,
    code: resources.every(({ isSynced }) => isSynced) ? "Synced" : "OutOfSync",
    conditions: [...repeated(ordinary), ...shared(application, compared)],
  };
}

function comparedOf(cluster: LabCluster, application: Application, desired: Desired): Compared {
  const live = liveOf(cluster, desired);
  const isSynced = live !== undefined && !differs(desired.object, live, application.spec.ignoreDifferences);
  return { reference: desired.reference, desired, live, isSynced, requiresPruning: false };
}

function repeated(desired: readonly Desired[]): Comparison["conditions"] {
  const keys = desired.map(({ reference }) => keyOf(reference));
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))].map((key) => ({
    type: "RepeatedResourceWarning",
    message: `Resource ${key} appeared ${keys.filter((one) => one === key).length} times among application resources.`,
  }));
}

function shared(application: Application, compared: readonly Compared[]): Comparison["conditions"] {
  return compared.flatMap(({ live }) => {
    const owner = live === undefined ? undefined : ownerOf(live);
    if (live === undefined || owner === undefined || owner === application.name) return [];
    const message = `${live.kind}/${live.metadata.name} is part of applications ${application.namespace}/${application.name} and ${owner}`;
    return [{ type: "SharedResourceWarning", message }];
  });
}

/** Nothing could be rendered: what is there is shown, and whether it is in sync is not known. */
export function failedComparison(
  cluster: LabCluster,
  application: Application,
  thrown: unknown,
  type = "ComparisonError",
): Comparison {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const resources = trackedBy(cluster, application.name).map((live) => ({
    reference: referenceOf(live),
    desired: undefined,
    live,
    isSynced: true,
    requiresPruning: false,
  }));
  return { revisions: [], desired: [], resources, code: "Unknown", conditions: [{ type, message }] };
}

/** The part of the status that a look writes. */
export function statusOf(application: Application, comparison: Comparison): Record<string, unknown> {
  const { spec } = application;
  const shown = comparison.resources.map((one) => shownOf(one, comparison.code));
  const counted = comparison.resources.map((one, index) => ({ one, health: shown[index]?.health?.status }));
  const codes = counted.flatMap(({ one, health }) => (health === undefined || one.requiresPruning ? [] : [health]));
  const comparedTo = {
    destination: spec.destination,
    ...(spec.sources === undefined ? { source: spec.source } : { sources: spec.sources }),
  };
  return {
    sync: {
      status: comparison.code,
      comparedTo,
      ...(comparison.revisions.length > 0 ? revisionFields(spec, comparison.revisions) : {}),
    },
    health: { status: worst(codes) },
    resources: shown,
    summary: { images: imagesOf(comparison.resources) },
    sourceType: sourcesOf(spec).some(({ chart, helm }) => chart !== undefined || helm !== undefined)
      ? "Helm"
      : "Kustomize",
  };
}

interface Shown extends Reference {
  readonly status: string;
  readonly health?: { readonly status: HealthCode; readonly message?: string };
  readonly requiresPruning?: true;
  readonly syncWave?: number;
}

function shownOf({ reference, desired, live, isSynced, requiresPruning }: Compared, code: Comparison["code"]): Shown {
  const missing = { status: "Missing" as const };
  const health = live === undefined ? missing : healthOf(live);
  return {
    ...reference,
    status: code === "Unknown" ? "Unknown" : isSynced ? "Synced" : "OutOfSync",
    ...(health === undefined ? {} : { health }),
    ...(requiresPruning ? { requiresPruning } : {}),
    ...(desired !== undefined && desired.wave !== 0 ? { syncWave: desired.wave } : {}),
  } as Shown;
}

function imagesOf(resources: readonly Compared[]): readonly string[] {
  const found = resources.flatMap(({ live }) => {
    const spec = live?.["spec"] as
      | { readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } } }
      | undefined;
    return spec?.template?.spec?.containers?.flatMap(({ image }) => image ?? []) ?? [];
  });
  return [...new Set(found)].toSorted();
}

/** What a sync may take away. */
export function prunable({ resources }: Comparison, options: readonly string[]): readonly Compared[] {
  return resources.filter(({ requiresPruning, live }) => requiresPruning && !hasOption(options, live, "Prune=false"));
}
