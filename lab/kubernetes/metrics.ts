import { createHash } from "node:crypto";
import type { Computed, ObjectStore } from "./store.ts";
import type { ServedType, Stored } from "./types.ts";

const type = (plural: string, kind: string, namespaced: boolean): ServedType => ({
  group: "metrics.k8s.io",
  version: "v1beta1",
  plural,
  kind,
  namespaced,
  subresources: [],
});
const nodes = type("nodes", "NodeMetrics", false);
const pods = type("pods", "PodMetrics", true);

interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly {
    readonly name: string;
    readonly resources?: { readonly requests?: { readonly cpu?: string | number; readonly memory?: string | number } };
  }[];
}

interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

/** What a metrics server would tell: of running pods a steady share of what they ask for, the same at each look. */
export const podMetrics: Computed = {
  types: [nodes, pods],
  objects: (store, served) =>
    served === pods
      ? store
          .all("Pod")
          .filter(isRunning)
          .map((pod) => ofPod(store, pod))
      : store.all("Node").map((node) => ofNode(store, node)),
};

function isRunning(pod: Stored): boolean {
  return (pod["status"] as { readonly phase?: string } | undefined)?.phase === "Running";
}

function ofPod(store: ObjectStore, pod: Stored): Stored {
  const { name, namespace = "default", labels = {} } = pod.metadata;
  const containers = (pod["spec"] as PodSpec | undefined)?.containers ?? [];
  return {
    ...measured(store, "PodMetrics"),
    metadata: { name, namespace, labels, creationTimestamp: store.now() },
    containers: containers.map((one) => ({ name: one.name, usage: textOf(usageOf(name, one)) })),
  };
}

function ofNode(store: ObjectStore, node: Stored): Stored {
  const own = store
    .all("Pod")
    .filter((pod) => isRunning(pod) && (pod["spec"] as PodSpec | undefined)?.nodeName === node.metadata.name);
  const usages = own.flatMap((pod) =>
    ((pod["spec"] as PodSpec).containers ?? []).map((one) => usageOf(pod.metadata.name, one)),
  );
  const sum = usages.reduce((all, one) => ({ cpu: all.cpu + one.cpu, memory: all.memory + one.memory }), {
    cpu: 150,
    memory: 512,
  });
  return {
    ...measured(store, "NodeMetrics"),
    metadata: { name: node.metadata.name, creationTimestamp: store.now() },
    usage: textOf(sum),
  };
}

function measured(store: ObjectStore, kind: string): Pick<Stored, "apiVersion" | "kind"> & Record<string, unknown> {
  return { apiVersion: "metrics.k8s.io/v1beta1", kind, timestamp: store.now(), window: "15s" };
}

type Sized = NonNullable<PodSpec["containers"]>[number];

/** Millicores and MiB. */
function usageOf(pod: string, { name, resources }: Sized): Usage {
  const digest = createHash("sha256").update(`${pod}/${name}`).digest();
  const share = 0.3 + (digest[0] ?? 0) / 512;
  const cpu = milli(String(resources?.requests?.cpu ?? "50m"));
  const memory = mebi(String(resources?.requests?.memory ?? "128Mi"));
  return { cpu: Math.round(cpu * share), memory: Math.round(memory * share) };
}

function milli(text: string): number {
  return text.endsWith("m") ? Number.parseFloat(text) : Number.parseFloat(text) * 1000;
}

function mebi(text: string): number {
  const number = Number.parseFloat(text);
  if (text.endsWith("Gi")) return number * 1024;
  if (text.endsWith("Ki")) return number / 1024;
  return text.endsWith("Mi") ? number : number / 1_048_576;
}

function textOf({ cpu, memory }: Usage): Record<string, string> {
  return { cpu: `${cpu}m`, memory: `${memory * 1024}Ki` };
}
