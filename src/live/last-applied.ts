import { type Difference, differencesBetween } from "../drift/compare.ts";
import { parseYaml } from "../inventory/yaml/parse.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Step } from "../kernel/tree.ts";

/** Where a client-side apply, Argo CD's too, keeps what it applied: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/ */
const annotation = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * What of an object is not as it was applied last, whether or not Git's text has to be rendered. Nothing for what was applied on
 * the server, and for Secrets, of which the annotation would hold the values.
 */
export function differencesSinceApplied(
  object: KubeObject,
  ignored: readonly (readonly Step[])[],
): readonly Difference[] {
  const text = object.metadata.annotations?.[annotation];
  if (text === undefined || object.kind === "Secret") return [];
  // JSON is YAML too.
  const applied = parseYaml(text).documents[0]?.root;
  return applied?.kind === "mapping" ? differencesBetween(applied, object, ignored) : [];
}
