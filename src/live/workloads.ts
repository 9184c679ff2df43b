import * as z from "zod";
import type { LiveCluster } from "../assess/live.ts";
import { isOwnMachinery } from "../assess/section.ts";
import { daemonSets, deployments, statefulSets } from "../assess/types.ts";
import { type Fact, known } from "../kernel/fact.ts";
import type { LiveWorkload } from "./facts.ts";

const Shape = z.object({
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string().default("") })) }),
    }),
  }),
  status: z
    .object({
      readyReplicas: z.number().default(0),
      desiredNumberScheduled: z.number().optional(),
      numberReady: z.number().optional(),
    })
    .prefault({}),
});

/** What runs, by the images that its pods are made from. Unknown where one of the kinds cannot be read. */
export function workloadsIn(live: LiveCluster): Fact<readonly LiveWorkload[]> {
  const types = [deployments, statefulSets, daemonSets];
  for (const type of types) {
    const list = live.of(type);
    if (list.kind === "unknown") return list;
  }
  const found = types.flatMap((type) =>
    live.read(type, Shape).map(({ object: { metadata }, value: { spec, status } }): LiveWorkload => {
      const tracked =
        metadata.annotations?.["argocd.argoproj.io/tracking-id"]?.split(":")[0] ??
        metadata.labels?.["app.kubernetes.io/instance"];
      return {
        namespace: metadata.namespace ?? "",
        kind: type.kind,
        name: metadata.name,
        application: tracked ?? null,
        wanted: status.desiredNumberScheduled ?? spec.replicas,
        ready: status.numberReady ?? status.readyReplicas,
        containers: spec.template.spec.containers.map(({ name, image }) => ({ name, image })),
      };
    }),
  );
  return known(
    found.filter(({ namespace }) => !isOwnMachinery(namespace)),
    live.label,
  );
}
