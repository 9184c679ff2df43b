import { Refused } from "./store.ts";
import type { Stored } from "./types.ts";

/** The scale subresource of a workload. */
export function scaleOf(object: Stored): Stored {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { replicas = 1, selector } = (object["spec"] ?? {}) as Spec;
  const shown = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const status = object["status"] as { readonly replicas?: number } | undefined;
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as Stored["metadata"],
    spec: { replicas },
    status: { replicas: status?.replicas ?? 0, selector: shown.join(",") },
  };
}

interface Spec {
  readonly replicas?: number;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** The workload with the replicas of a Scale, under the precondition that the Scale names. */
export function scaleIn(live: Stored, scale: Readonly<Record<string, unknown>>): Stored {
  const { replicas } = (scale["spec"] ?? {}) as { readonly replicas?: unknown };
  if (typeof replicas !== "number") throw new Refused(422, "Invalid", "spec.replicas: Required value");
  const { resourceVersion } = (scale["metadata"] ?? {}) as { readonly resourceVersion?: string };
  const metadata = resourceVersion === undefined ? live.metadata : { ...live.metadata, resourceVersion };
  return { ...live, metadata, spec: { ...(live["spec"] as object), replicas } };
}
