import * as z from "zod";
import type { LabCluster } from "./kubernetes/index.ts";

/* What is behind a Deployment, as its pods stand in the cluster. */

type Store = Pick<LabCluster["store"], "all">;

/** Whether nobody is behind a Deployment's Service: it was scaled to nothing, or every pod waits and cannot run. One that has just begun is not down. */
export function isDown(store: Store, deployment: string): boolean {
  const wanted = store.all("Deployment").find(({ metadata }) => metadata.name === deployment);
  if (wanted !== undefined && Wanted.parse(wanted["spec"]).replicas === 0) return true;
  const pods = podsOf(store, deployment);
  return pods.length > 0 && pods.every(({ containerStatuses }) => containerStatuses.some(cannotRun));
}

/** Whether a pod of a Deployment works: one that is ending does, until it is gone. */
export function hasRunningPod(store: Store, deployment: string): boolean {
  return podsOf(store, deployment).some(
    ({ phase, containerStatuses }) => phase === "Running" && !containerStatuses.some(cannotRun),
  );
}

function podsOf(store: Store, deployment: string): readonly PodStatus[] {
  return store
    .all("Pod")
    .filter(({ metadata }) => (metadata.ownerReferences?.[0]?.name ?? "").startsWith(`${deployment}-`))
    .map((pod) => PodStatus.parse(pod["status"] ?? {}));
}

const Wanted = z.object({ replicas: z.number().default(1) });

const PodStatus = z.object({
  phase: z.string().optional(),
  containerStatuses: z
    .array(z.object({ state: z.object({ waiting: z.object({ reason: z.string() }).optional() }).optional() }))
    .default([]),
});
type PodStatus = z.infer<typeof PodStatus>;

function cannotRun({ state }: PodStatus["containerStatuses"][number]): boolean {
  return /BackOff$|^ErrImagePull$/.test(state?.waiting?.reason ?? "");
}
