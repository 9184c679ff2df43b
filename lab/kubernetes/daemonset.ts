import { createHash } from "node:crypto";
import type { Events } from "./events.ts";
import type { Kubelet } from "./kubelet.ts";
import { isReady, ownedBy, type Template } from "./rollout.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

interface Spec {
  readonly updateStrategy?: { readonly type?: string };
  readonly template: Template & { readonly spec: { readonly nodeSelector?: Readonly<Record<string, string>> } };
}

const hashLabel = "controller-revision-hash";

/**
 * DaemonSets: a pod on each node that its selector takes. A changed template rolls one node a step, the old pod first, and no
 * further than the first that does not become ready (kubernetes.io/docs/tasks/manage-daemon/update-daemon-set: maxUnavailable 1);
 * with OnDelete it waits until somebody deletes the old pods.
 */
export class DaemonSets {
  readonly #store: ObjectStore;
  readonly #kubelet: Kubelet;
  readonly #events: Events;

  constructor(store: ObjectStore, kubelet: Kubelet, events: Events) {
    this.#store = store;
    this.#kubelet = kubelet;
    this.#events = events;
  }

  step(): void {
    for (const set of this.#store.all("DaemonSet")) {
      const spec = set["spec"] as Spec | undefined;
      if (spec?.template?.spec === undefined || set.metadata.deletionTimestamp !== undefined) continue;
      const hash = createHash("sha256").update(JSON.stringify(spec.template)).digest("hex").slice(0, 10);
      this.#move(set, spec, hash);
      this.#report(set, spec, hash);
    }
  }

  #nodesOf({ template }: Spec): readonly string[] {
    const wanted = Object.entries(template.spec.nodeSelector ?? {});
    const nodes = this.#store.all("Node");
    // A lab without nodes has one all the same, as the kubelet has it.
    if (nodes.length === 0) return wanted.length === 0 ? ["lab-node"] : [];
    return nodes
      .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
      .map(({ metadata }) => metadata.name);
  }

  #move(set: Stored, spec: Spec, hash: string): void {
    const pods = this.#podsOf(set);
    const nodes = this.#nodesOf(spec);
    for (const pod of pods) if (!nodes.includes(nodeOf(pod))) this.#remove(set, pod);
    const bare = nodes.filter((node) => pods.every((pod) => nodeOf(pod) !== node));
    for (const node of bare) this.#start(set, spec, hash, node);
    if (bare.length > 0 || spec.updateStrategy?.type === "OnDelete") return;
    const old = pods.filter((pod) => !isOf(pod, hash));
    if (pods.every((pod) => isReady(pod) || !isOf(pod, hash)) && old[0] !== undefined) this.#remove(set, old[0]);
  }

  #podsOf(set: Stored): readonly Stored[] {
    return this.#store.all("Pod").filter((pod) => ownedBy(pod, set));
  }

  #start(set: Stored, { template }: Spec, hash: string, node: string): void {
    const { name, namespace = "default", uid = "" } = set.metadata;
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "DaemonSet", name, uid, controller: true }];
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences } as unknown as Stored["metadata"];
    const pod: Stored = { apiVersion: "v1", kind: "Pod", metadata, spec: { ...template.spec, nodeName: node } };
    const made = this.#store.create(this.#store.typeOfObject(pod), this.#kubelet.started(pod, name));
    this.#events.tell(set, "Normal", "SuccessfulCreate", `Created pod: ${made.metadata.name}`);
  }

  #remove(set: Stored, pod: Stored): void {
    this.#store.delete(this.#store.typeOfObject(pod), pod);
    this.#events.tell(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
  }

  #report(set: Stored, spec: Spec, hash: string): void {
    const type = this.#store.typeOfObject(set);
    const live = this.#store.get(type, set.metadata.namespace, set.metadata.name);
    if (live === undefined) return;
    const pods = this.#podsOf(live);
    const desired = this.#nodesOf(spec).length;
    const ready = pods.filter(isReady).length;
    const status = {
      observedGeneration: live.metadata.generation,
      desiredNumberScheduled: desired,
      currentNumberScheduled: pods.length,
      updatedNumberScheduled: pods.filter((pod) => isOf(pod, hash)).length,
      numberReady: ready,
      numberAvailable: ready,
      numberUnavailable: Math.max(0, desired - ready),
      numberMisscheduled: 0,
    };
    this.#store.update(type, live, { ...live, status });
  }
}

function isOf({ metadata }: Stored, hash: string): boolean {
  return metadata.labels?.[hashLabel] === hash;
}

function nodeOf({ spec }: Stored): string {
  return (spec as { readonly nodeName?: string } | undefined)?.nodeName ?? "";
}
