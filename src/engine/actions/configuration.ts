import * as z from "zod";
import type { KubeObject, KubeReader } from "../../kernel/kube.ts";
import { foundOf, versionOf } from "./kube-outcome.ts";
import { selectorOf } from "./workload.ts";

/** What pods read their configuration from. */
export const Source = z.object({
  kind: z.enum(["configmap", "secret"]),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/),
});
type Source = z.infer<typeof Source>;

type Found =
  | { readonly kind: "found"; readonly text: string; readonly objects: readonly KubeObject[] }
  | { readonly kind: "missing"; readonly what: string };

/** The versions of all sources as one text. Only their metadata is asked for: what a Secret holds stays in the cluster. */
export async function configurationText(
  kube: KubeReader,
  namespace: string,
  sources: readonly Source[],
): Promise<Found> {
  const objects: KubeObject[] = [];
  const parts: string[] = [];
  for (const { kind, name } of sources) {
    const type = { apiVersion: "v1", plural: `${kind}s` };
    const list = foundOf(await kube.list(type, { namespace, fields: `metadata.name=${name}`, metadataOnly: true }));
    const object = list?.items.find(({ metadata }) => metadata.name === name);
    if (object === undefined) return { kind: "missing", what: `${kind} ${namespace}/${name}` };
    objects.push(object);
    parts.push(`${kind}/${name}@${versionOf(object)}`);
  }
  return { kind: "found", text: parts.toSorted().join(","), objects };
}

/** When any of them was last written, as far as their field managers tell. */
export function lastChange(objects: readonly KubeObject[]): string | undefined {
  const times = objects.flatMap(({ metadata }) => [
    ...(metadata.managedFields ?? []).map(({ time }) => time),
    metadata.creationTimestamp,
  ]);
  return times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(b) - Date.parse(a))[0];
}

/** When the oldest pod of a workload began; undefined when it has none. */
export async function oldestPod(
  kube: KubeReader,
  namespace: string,
  workload: KubeObject,
): Promise<string | undefined> {
  const labels = selectorOf(workload);
  if (labels === undefined) return undefined;
  const pods = foundOf(
    await kube.list({ apiVersion: "v1", plural: "pods" }, { namespace, labels, metadataOnly: true }),
  );
  const times = (pods?.items ?? []).map(({ metadata }) => metadata.creationTimestamp);
  return times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}
