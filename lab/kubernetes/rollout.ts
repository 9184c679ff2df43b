import { createHash } from "node:crypto";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

interface Template {
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly template: Template;
}

/** What may go wrong with a pod: its image cannot be pulled, or its program falls over. */
export type PodFate = (pod: { readonly namespace: string; readonly image: string }) => "runs" | "no-image" | "crashes";

/**
 * The deployment controller in small steps: one new pod comes up, then one old goes, as a rolling update with one pod at a time
 * does. Statefulsets take their pods one by one under the same names. Each call of `step` takes every rollout one step on.
 */
export class Rollouts {
  readonly #store: ObjectStore;
  readonly #fate: PodFate;
  readonly #stuck = new Map<string, number>();

  constructor(store: ObjectStore, fate: PodFate) {
    this.#store = store;
    this.#fate = fate;
  }

  step(): void {
    for (const deployment of this.#store.all("Deployment")) this.#stepDeployment(deployment);
  }

  #stepDeployment(deployment: Stored): void {
    const spec = deployment["spec"] as WorkloadSpec;
    if (spec.paused === true || deployment.metadata.deletionTimestamp !== undefined) return;
    const replicas = spec.replicas ?? 1;
    const set = this.#replicaSetOf(deployment, spec.template);
    const pods = this.#podsOf(deployment);
    const fresh = pods.filter((pod) => ownedBy(pod, set));
    const old = pods.filter((pod) => !ownedBy(pod, set));
    const ready = fresh.filter(isReady).length;
    if (fresh.length > replicas) this.#remove(fresh.at(-1));
    else if (fresh.length < replicas && ready === fresh.length) this.#startPod(set, spec.template);
    else if (old.length > 0 && ready === fresh.length) this.#remove(old[0]);
    this.#report(deployment, replicas);
  }

  #replicaSetOf(deployment: Stored, template: Template): Stored {
    const hash = createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10);
    const type = this.#store.typeOfObject({ apiVersion: "apps/v1", kind: "ReplicaSet" });
    const { namespace, name, uid = "" } = deployment.metadata;
    const found = this.#store.get(type, namespace, `${name}-${hash}`);
    if (found !== undefined) return found;
    return this.#store.create(type, {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...template.metadata?.labels, "pod-template-hash": hash },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }],
      },
      spec: { template },
    });
  }

  #podsOf(deployment: Stored): readonly Stored[] {
    const sets = this.#store.all("ReplicaSet").filter((set) => ownedBy(set, deployment));
    return this.#store.all("Pod").filter((pod) => sets.some((set) => ownedBy(pod, set)));
  }

  #startPod(set: Stored, template: Template): void {
    const type = this.#store.typeOfObject({ apiVersion: "v1", kind: "Pod" });
    const { namespace = "default", name, uid = "", labels = {} } = set.metadata;
    const draft: Stored = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "",
        generateName: `${name}-`,
        namespace,
        labels,
        ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name, uid, controller: true }],
      },
      spec: template.spec,
      status: podStatus(template, (image) => this.#fate({ namespace, image })),
    };
    const { name: _, ...metadata } = draft.metadata;
    this.#store.create(type, { ...draft, metadata: metadata as Stored["metadata"] });
  }

  #remove(pod: Stored | undefined): void {
    if (pod !== undefined) this.#store.delete(this.#store.typeOfObject(pod), pod);
  }

  /** How many steps a rollout has not been whole. */
  #waited({ metadata }: Stored, whole: boolean): number {
    const key = metadata.uid ?? "";
    const waited = whole ? 0 : (this.#stuck.get(key) ?? 0) + 1;
    this.#stuck.set(key, waited);
    return waited;
  }

  #report(deployment: Stored, replicas: number): void {
    const type = this.#store.typeOfObject(deployment);
    const live = this.#store.get(type, deployment.metadata.namespace, deployment.metadata.name);
    if (live === undefined) return;
    const template = (live["spec"] as WorkloadSpec).template;
    const set = this.#replicaSetOf(live, template);
    const pods = this.#podsOf(live);
    const updated = pods.filter((pod) => ownedBy(pod, set));
    const ready = pods.filter(isReady).length;
    const whole = updated.filter(isReady).length >= replicas && pods.length === updated.length;
    const late = this.#waited(live, whole) > 4 * replicas + 8;
    const status = rolloutStatus({ live, replicas, ready, pods: pods.length, updated: updated.length, whole, late });
    this.#store.update(type, live, { ...live, status });
  }
}

interface Progress {
  readonly live: Stored;
  readonly replicas: number;
  readonly ready: number;
  readonly pods: number;
  readonly updated: number;
  readonly whole: boolean;
  readonly late: boolean;
}

function rolloutStatus({ live, replicas, ready, pods, updated, whole, late }: Progress): Record<string, unknown> {
  const under = whole ? "NewReplicaSetAvailable" : "ReplicaSetUpdated";
  return {
    observedGeneration: live.metadata.generation,
    replicas: pods,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, replicas - ready),
    conditions: [
      { type: "Available", status: ready >= replicas ? "True" : "False" },
      {
        type: "Progressing",
        status: late ? "False" : "True",
        reason: late ? "ProgressDeadlineExceeded" : under,
      },
    ],
  };
}

function ownedBy(object: Stored, owner: Stored): boolean {
  return object.metadata.ownerReferences?.some((one) => one.uid === owner.metadata.uid) === true;
}

function isReady(pod: Stored): boolean {
  const status = pod["status"] as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
}

/** What the kubelet would report of a pod that was started just now. */
function podStatus(template: Template, fateOf: (image: string) => ReturnType<PodFate>): Record<string, unknown> {
  const statuses = template.spec.containers.map(({ name, image }) => containerStatus(name, image, fateOf(image)));
  const ready = statuses.every((one) => one.ready);
  return {
    phase: statuses.some((one) => "waiting" in one.state && one.state.waiting?.reason === "ImagePullBackOff")
      ? "Pending"
      : "Running",
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    containerStatuses: statuses,
  };
}

function containerStatus(name: string, image: string, fate: ReturnType<PodFate>) {
  const imageID = `${image.replace(/[:@][^/]*$/, "")}@sha256:${createHash("sha256").update(image).digest("hex")}`;
  if (fate === "runs") return { name, image, imageID, ready: true, restartCount: 0, state: { running: {} } };
  if (fate === "no-image") {
    const waiting = { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
    return { name, image, imageID: "", ready: false, restartCount: 0, state: { waiting } };
  }
  const waiting = { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" };
  return {
    name,
    image,
    imageID,
    ready: false,
    restartCount: 4,
    state: { waiting },
    lastState: { terminated: { exitCode: 1, reason: "Error" } },
  };
}
