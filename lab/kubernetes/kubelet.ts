import type { Events } from "./events.ts";
import { type Container, type ContainerStatus, containerStatus, type PodFate } from "./fate.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

/** By its address the lab's kubelet knows its own pods: a pod that was seeded with a status of its own stays as it is. */
const hostIP = "127.0.0.1";

interface PodSpec {
  readonly nodeName?: string;
  readonly restartPolicy?: string;
  readonly containers?: readonly Container[];
}

interface PodStatus {
  readonly phase?: string;
  readonly hostIP?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** Runs what nothing else runs: each step asks every pod's fate again, so a fault shows at pods that are already there. */
export class Kubelet {
  readonly #store: ObjectStore;
  readonly #fate: PodFate;
  readonly #events: Events;
  #steps = 0;

  constructor(store: ObjectStore, fate: PodFate, events: Events) {
    this.#store = store;
    this.#fate = fate;
    this.#events = events;
  }

  step(): void {
    this.#steps += 1;
    for (const pod of this.#store.all("Pod")) if (isOurs(pod) && !isFinite(pod)) this.#settle(pod);
  }

  /** A pod as it is just after its start. */
  started(pod: Stored, workload: string): Stored {
    const spec = pod["spec"] as PodSpec;
    return { ...pod, spec: { nodeName: this.#node(), ...spec }, status: this.#statusOf(pod, workload, undefined) };
  }

  #node(): string {
    return this.#store.all("Node")[0]?.metadata.name ?? "lab-node";
  }

  #settle(pod: Stored): void {
    const before = pod["status"] as PodStatus | undefined;
    const status = this.#statusOf(pod, workloadOf(pod), before);
    const spec = { nodeName: this.#node(), ...(pod["spec"] as PodSpec) };
    const after = this.#store.update(this.#store.typeOfObject(pod), pod, { ...pod, spec, status });
    if (after !== pod || this.#steps % 20 === 0) this.#tell(after);
  }

  #statusOf(pod: Stored, workload: string, before: PodStatus | undefined): Record<string, unknown> {
    const { containers = [] } = pod["spec"] as PodSpec;
    const { namespace = "default" } = pod.metadata;
    const now = this.#store.now();
    const statuses = containers.map((container) => {
      const fate = this.#fate({ namespace, image: container.image, workload });
      const known = before?.containerStatuses?.find(({ name }) => name === container.name);
      return containerStatus(container, fate, known, now);
    });
    const ready = statuses.every((one) => one.ready);
    const isPending = statuses.some(({ state }) => state.waiting?.reason === "ImagePullBackOff");
    const was = before as { readonly startTime?: string; readonly conditions?: unknown } | undefined;
    return {
      phase: isPending ? "Pending" : "Running",
      hostIP,
      podIP: "10.42.0.7",
      startTime: was?.startTime ?? now,
      conditions: ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type, index) => ({
        type,
        status: index < 2 || ready ? "True" : "False",
      })),
      containerStatuses: statuses,
    };
  }

  #tell(pod: Stored): void {
    const { containerStatuses = [] } = pod["status"] as PodStatus;
    for (const { name, image, state } of containerStatuses) {
      if (state.waiting?.reason === "CrashLoopBackOff")
        this.#events.tell(
          pod,
          "Warning",
          "BackOff",
          `Back-off restarting failed container ${name} in pod ${pod.metadata.name}`,
        );
      if (state.waiting?.reason === "ImagePullBackOff")
        this.#events.tell(pod, "Warning", "Failed", `Failed to pull image "${image}": not found`);
    }
  }
}

function isOurs(pod: Stored): boolean {
  const status = pod["status"] as PodStatus | undefined;
  if (pod.metadata.deletionTimestamp !== undefined || pod["spec"] === undefined) return false;
  return status?.hostIP === hostIP || status?.phase === undefined;
}

/** A Job's pod ends; the Job's controller runs it. */
function isFinite(pod: Stored): boolean {
  return pod.metadata.ownerReferences?.some(({ kind }) => kind === "Job") === true;
}

/** The workload that a pod belongs to: its controller, a ReplicaSet without the hash behind its name. */
function workloadOf({ metadata }: Stored): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return metadata.name;
  return owner.kind === "ReplicaSet" ? owner.name.replace(/-[^-]+$/, "") : owner.name;
}
