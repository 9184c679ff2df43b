import type { Application } from "../../platform/configuration.ts";
import type { Manifest } from "../../platform/source.ts";

/** The Argo CD Applications among Kubernetes objects. */
export function applicationsIn(manifests: readonly Manifest[]): readonly Application[] {
  void manifests;
  return [];
}
