import { createHash } from "node:crypto";
import type { KubeObject, KubeReader, KubeServedType } from "../../kernel/kube.ts";
import { foundOf } from "../actions/kube-outcome.ts";
import { canonical } from "../plan.ts";
import { type Application, type SyncResource, targetOf, wordsOfResource } from "./application.ts";

/** The very drift: what stands in the cluster now, and what it would be replaced with. */
export interface DriftDigest {
  readonly digest: string;
  /** Resources whose content could not be taken into it. */
  readonly blind: readonly string[];
}

/** Tools of the cluster write these for themselves. */
const noise =
  /^(?:kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/revision|argocd\.argoproj\.io\/.*|millwright\.dev\/.*)$/;

/**
 * SHA-256 over the commits that Argo CD compares with and the live content of the resources, without their status. It is
 * another one as soon as anybody changes the resources again, or Git moves on. What a Secret holds is not read.
 */
export async function digestDrift(
  kube: KubeReader,
  application: Application,
  resources: readonly SyncResource[],
): Promise<DriftDigest> {
  const { types } = await kube.discovery();
  const parts: unknown[] = [application.namespace, application.name, targetOf(application)];
  const blind: string[] = [];
  for (const resource of resources.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const found = await contentOf(kube, resource, types);
    if (found === undefined) blind.push(wordsOfResource(resource));
    parts.push([keyOf(resource), found ?? "not read"]);
  }
  return { digest: createHash("sha256").update(canonical(parts)).digest("hex"), blind };
}

function keyOf({ group, kind, namespace, name }: SyncResource): string {
  return [group, kind, namespace, name].join("/");
}

async function contentOf(kube: KubeReader, resource: SyncResource, types: readonly KubeServedType[]): Promise<unknown> {
  if (resource.kind === "Secret" && resource.group === "") return undefined;
  const type = types.find(({ kind, apiVersion }) => kind === resource.kind && groupOf(apiVersion) === resource.group);
  if (type === undefined) return undefined;
  const { apiVersion, plural, namespaced } = type;
  const { name, namespace } = resource;
  const object = foundOf(await kube.get({ apiVersion, plural, name, ...(namespaced ? { namespace } : {}) }));
  return object === undefined ? "not there" : declaredPart(object);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

const left: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);

function declaredPart({ metadata, ...object }: KubeObject): unknown {
  const rest = Object.fromEntries(Object.entries(object).filter(([field]) => !left.has(field)));
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !noise.test(name));
  return { ...rest, labels: metadata.labels ?? {}, annotations: Object.fromEntries(annotations) };
}
