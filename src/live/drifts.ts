import { ignoredBy } from "../assess/ignored.ts";
import type { LiveCluster } from "../assess/live.ts";
import type { Difference } from "../drift/compare.ts";
import { type Drift, driftOf, transformedBy } from "../drift/drift.ts";
import { allWriters, type FieldWriter, handFields, isArgocd, type OwnedField, othersFields } from "../drift/writers.ts";
import type { SyncResource } from "../engine/argocd/application.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Manifest } from "../platform/source.ts";
import type { LiveApplication, LiveDrift } from "./facts.ts";
import { differencesSinceApplied } from "./last-applied.ts";
import { fieldName, shownValues } from "./shown.ts";

/** What the repository says of an environment. */
export interface Desired {
  readonly manifests: readonly Manifest[];
  readonly kustomizations: Parameters<typeof transformedBy>[0];
}

const fieldsOfResource = 50;

type Differing = Extract<Drift, { readonly kind: "differs" }>;
/** A drift without its field. */
type Place = Omit<LiveDrift, "field" | "git" | "live" | "secret" | "since" | "author" | "hand">;

/**
 * Every field that is not as Git says. Where Argo CD keeps a resource its verdict counts, and Git's plain manifests tell the
 * fields; of what has to be rendered what was applied last tells them, else they are those that people's tools own. Of other resources the manifests alone tell.
 */
export function driftsIn(
  live: LiveCluster,
  applications: readonly LiveApplication[],
  desired: Desired | undefined,
): readonly LiveDrift[] {
  const compared = comparedWith(live, desired);
  const kept = new Set<Drift>();
  const found = applications.flatMap((application) =>
    application.outOfSync.flatMap((resource) => {
      const drift = compared.find((one) => isOf(one.manifest, resource));
      if (drift !== undefined) kept.add(drift);
      return driftsOf(application, resource, drift, live);
    }),
  );
  const managed = compared.filter((one) => kept.has(one) || isManaged(one, live));
  const others = compared.filter((one) => !managed.includes(one));
  return [...found, ...others.flatMap((one) => (one.kind === "differs" ? unkept(one) : []))];
}

/** What no Application keeps. */
function unkept(drift: Differing): readonly LiveDrift[] {
  const common = { ...placeOf(undefined, resourceOf(drift)), file: drift.manifest.file.path };
  return fieldsOf(common, drift.live, drift.differences);
}

function comparedWith(live: LiveCluster, desired: Desired | undefined): readonly Drift[] {
  if (desired === undefined) return [];
  return driftOf({
    manifests: desired.manifests,
    liveOf: (apiVersion, kind) => live.ofKind(apiVersion, kind),
    transformed: transformedBy(desired.kustomizations),
    ignored: ignoredBy(live),
  });
}

/** Whether Argo CD keeps it, and so has compared it itself. */
function isManaged(drift: Drift, live: LiveCluster): boolean {
  if (drift.kind !== "differs") return false;
  const { labels, annotations } = drift.live.metadata;
  const tracked = annotations?.["argocd.argoproj.io/tracking-id"] ?? labels?.["app.kubernetes.io/instance"];
  return tracked !== undefined && applicationNames(live).has(tracked.split(":")[0] ?? "");
}

function applicationNames(live: LiveCluster): ReadonlySet<string> {
  const all = live.ofKind("argoproj.io/v1alpha1", "Application") ?? [];
  return new Set(all.map(({ metadata }) => metadata.name));
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function isOf({ apiVersion, kind, name, namespace }: Manifest, resource: SyncResource): boolean {
  return (
    kind === resource.kind &&
    name === resource.name &&
    groupOf(apiVersion) === resource.group &&
    (namespace === undefined || namespace === resource.namespace)
  );
}

function resourceOf({ live }: Differing): SyncResource {
  const { name, namespace = "" } = live.metadata;
  return { group: groupOf(live.apiVersion), kind: live.kind, namespace, name };
}

function driftsOf(
  application: LiveApplication,
  resource: SyncResource,
  drift: Drift | undefined,
  live: LiveCluster,
): readonly LiveDrift[] {
  const file = drift?.manifest.file.path ?? null;
  const common = { ...placeOf(application, resource), file };
  if (drift?.kind === "differs") return fieldsOf(common, drift.live, drift.differences);
  const objects = live.ofKind(resource.group === "" ? "v1" : `${resource.group}/v1`, resource.kind);
  const object = objects?.find(
    ({ metadata }) => metadata.name === resource.name && (metadata.namespace ?? "") === resource.namespace,
  );
  if (object === undefined) {
    const seen = objects === undefined ? "not looked into" : "not there";
    return [
      { ...common, field: "", git: "declared", live: seen, secret: false, since: null, author: null, hand: false },
    ];
  }
  const own = renderedFieldsOf(object, application, common, live);
  if (own.length > 0) return own;
  return [
    {
      ...common,
      field: "",
      git: "declared",
      live: "differs",
      secret: false,
      ...writtenBy(lastWriter(object, application)),
    },
  ];
}

function placeOf(application: LiveApplication | undefined, resource: SyncResource) {
  return {
    application: application === undefined ? null : { namespace: application.namespace, name: application.name },
    resource,
    selfHeal: application?.selfHeal ?? false,
  };
}

/** Argo CD applied Git's state, so what it applied last tells the fields where Git's text does not. */
function renderedFieldsOf(
  object: KubeObject,
  application: LiveApplication,
  common: Place,
  live: LiveCluster,
): readonly LiveDrift[] {
  const applied = application.behind ? [] : differencesSinceApplied(object, ignoredBy(live)(object));
  if (applied.length > 0) return fieldsOf(common, object, applied);
  const byHand = handFields(object, application.syncedAt ?? "");
  return ownedFields(object, byHand.length > 0 ? byHand : scaledOnly(object, application), common);
}

/** Where all that was written since the last sync is the replicas, they are what differs, whoever wrote them. */
function scaledOnly(object: KubeObject, { behind, syncedAt }: LiveApplication): readonly OwnedField[] {
  const written = behind ? [] : othersFields(object, syncedAt ?? "");
  return written.every(({ path }) => fieldName(path) === "spec.replicas") ? written : [];
}

/** Of what was not applied like that: the fields are those that others than Argo CD own since the last sync. */
function ownedFields(object: KubeObject, fields: readonly OwnedField[], common: Place): readonly LiveDrift[] {
  return fields.slice(0, fieldsOfResource).map(({ path, value, writer }) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "not there");
    const { live, secret } = shownValues(object, { path, desired: "", live: text.slice(0, 120) });
    return { ...common, field: fieldName(path), git: "(rendered by Argo CD)", live, secret, ...writtenBy(writer) };
  });
}

function fieldsOf(common: Place, object: KubeObject, differences: readonly Difference[]): readonly LiveDrift[] {
  return differences.slice(0, fieldsOfResource).map((difference) => ({
    ...common,
    field: fieldName(difference.path),
    ...shownValues(object, difference),
    ...writtenBy(difference.writers[0]),
  }));
}

function lastWriter(object: KubeObject, { syncedAt }: LiveApplication): FieldWriter | undefined {
  return allWriters(object).find(({ manager, at }) => !isArgocd(manager) && (at ?? "") > (syncedAt ?? ""));
}

function writtenBy(writer: FieldWriter | undefined) {
  return { since: writer?.at ?? null, author: writer?.manager ?? null, hand: writer?.hand ?? false };
}
