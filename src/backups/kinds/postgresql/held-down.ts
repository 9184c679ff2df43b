import * as z from "zod";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";

const Workload = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }).default({}),
      spec: z.looseObject({}),
    }),
  }),
});

const kinds = [
  ["deployments", "deployment"],
  ["statefulsets", "statefulset"],
] as const;

/**
 * The pods that the workloads of a namespace would have which a fence holds down, by their templates; each bears its workload's name.
 * `down` are the fence's names of them. What may not be listed is said in `unread`.
 */
export async function heldDown(
  namespace: string | undefined,
  down: readonly string[],
  cluster: KubeWriter,
): Promise<{ readonly pods: readonly KubeObject[]; readonly unread: readonly string[] }> {
  const pods: KubeObject[] = [];
  const unread: string[] = [];
  for (const [plural, kind] of kinds) {
    const nameOf = (name: string): string => `${kind} ${namespace ?? "default"}/${name}`;
    const wanted = down.filter((name) => name.startsWith(nameOf("")));
    if (wanted.length === 0) continue;
    const listed = await cluster.list({ apiVersion: "apps/v1", plural }, { namespace });
    if (listed.kind === "unknown") unread.push(`${wanted.join(", ")}: ${listed.why}`);
    if (listed.kind !== "known") continue;
    for (const workload of listed.value.items)
      if (wanted.includes(nameOf(workload.metadata.name))) pods.push(podOfTemplate(workload));
  }
  return { pods, unread };
}

function podOfTemplate(workload: KubeObject): KubeObject {
  const { template } = Workload.parse(workload).spec;
  const { name, namespace } = workload.metadata;
  const labels = template.metadata.labels ?? {};
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels }, spec: template.spec };
}
