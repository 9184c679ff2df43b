import { createHash } from "node:crypto";
import type { Events } from "./events.ts";
import type { Kubelet } from "./kubelet.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

export interface Template {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly volumes?: readonly { readonly name: string }[];
  };
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly strategy?: { readonly type?: string };
  readonly template: Template;
}

/** Under this annotation `kubectl rollout history` and `undo` find the states of before (kubectl pkg/polymorphichelpers). */
const revisionOf = "deployment.kubernetes.io/revision";

/**
 * The deployment controller in small steps: one new pod comes up, then one old goes, as a rolling update with one pod at a time
 * does. Each call of `step` takes every rollout one step on.
 */
export class Rollouts {
  readonly #store: ObjectStore;
  readonly #kubelet: Kubelet;
  readonly #events: Events;
  readonly #stuck = new Map<string, number>();

  constructor(store: ObjectStore, kubelet: Kubelet, events: Events) {
    this.#store = store;
    this.#kubelet = kubelet;
    this.#events = events;
  }

  step(): void {
    for (const deployment of this.#store.all("Deployment")) this.#stepDeployment(deployment);
  }

  #stepDeployment(deployment: Stored): void {
    const spec = deployment["spec"] as WorkloadSpec;
    if (spec?.template?.spec === undefined) return;
    if (spec.paused === true || deployment.metadata.deletionTimestamp !== undefined) return;
    const replicas = spec.replicas ?? 1;
    this.#move(deployment, spec, replicas);
    this.#report(deployment, replicas);
  }

  #move(deployment: Stored, spec: WorkloadSpec, replicas: number): void {
    const set = this.#replicaSetOf(deployment, spec.template);
    const pods = this.#podsOf(deployment);
    const fresh = pods.filter((pod) => ownedBy(pod, set));
    const old = pods.filter((pod) => !ownedBy(pod, set));
    const isReadySoFar = fresh.every(isReady);
    if (spec.strategy?.type === "Recreate" && old.length > 0) for (const pod of old) this.#remove(pod);
    else if (fresh.length > replicas) this.#remove(fresh.at(-1));
    else if (fresh.length < replicas && isReadySoFar) this.#startPod(deployment, set, spec.template);
    else if (isReadySoFar) this.#remove(old[0]);
  }

  #replicaSetOf(deployment: Stored, template: Template): Stored {
    const hash = createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10);
    const type = this.#store.typeOfObject({ apiVersion: "apps/v1", kind: "ReplicaSet" });
    const { namespace, name, uid = "" } = deployment.metadata;
    const found = this.#store.get(type, namespace, `${name}-${hash}`);
    if (found !== undefined) return found;
    const label = { "pod-template-hash": hash };
    const set = this.#store.create(type, {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...template.metadata?.labels, ...label },
        annotations: { [revisionOf]: String(this.#lastRevision(deployment) + 1) },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }],
      },
      spec: { replicas: 0, selector: { matchLabels: label }, template },
    });
    this.#events.tell(deployment, "Normal", "ScalingReplicaSet", `Scaled up replica set ${name}-${hash}`);
    return set;
  }

  #setsOf(deployment: Stored): readonly Stored[] {
    return this.#store.all("ReplicaSet").filter((set) => ownedBy(set, deployment));
  }

  #lastRevision(deployment: Stored): number {
    const revisions = this.#setsOf(deployment).map(({ metadata }) => Number(metadata.annotations?.[revisionOf] ?? 0));
    return Math.max(0, ...revisions);
  }

  /** A set of before that is wanted again becomes the newest. */
  #renewed(deployment: Stored, set: Stored): string {
    const own = Number(set.metadata.annotations?.[revisionOf] ?? 0);
    const last = this.#lastRevision(deployment);
    if (own === last) return String(own);
    const annotations = { ...set.metadata.annotations, [revisionOf]: String(last + 1) };
    this.#store.update(this.#store.typeOfObject(set), set, { ...set, metadata: { ...set.metadata, annotations } });
    return String(last + 1);
  }

  #podsOf(deployment: Stored): readonly Stored[] {
    const sets = this.#setsOf(deployment);
    return this.#store.all("Pod").filter((pod) => sets.some((set) => ownedBy(pod, set)));
  }

  #startPod(deployment: Stored, set: Stored, template: Template): void {
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
        ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
        ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name, uid, controller: true }],
      },
      spec: template.spec,
    };
    const { name: _, ...metadata } = draft.metadata;
    const pod = { ...draft, metadata: metadata as Stored["metadata"] };
    this.#store.create(type, this.#kubelet.started(pod, deployment.metadata.name));
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
    const revision = this.#renewed(live, set);
    const pods = this.#podsOf(live);
    this.#count(set, pods);
    const updated = pods.filter((pod) => ownedBy(pod, set));
    const ready = pods.filter(isReady).length;
    const whole = updated.filter(isReady).length >= replicas && pods.length === updated.length;
    const late = this.#waited(live, whole) > 4 * replicas + 8;
    const status = rolloutStatus({ live, replicas, ready, pods: pods.length, updated: updated.length, whole, late });
    const annotations = { ...live.metadata.annotations, [revisionOf]: revision };
    this.#store.update(type, live, { ...live, metadata: { ...live.metadata, annotations }, status });
  }

  /** A set's own number of pods, as `kubectl get rs` shows it. */
  #count(fresh: Stored, pods: readonly Stored[]): void {
    for (const set of this.#setsOf({ ...fresh, metadata: { ...fresh.metadata, uid: ownerUid(fresh) } })) {
      const own = pods.filter((pod) => ownedBy(pod, set));
      const status = { replicas: own.length, readyReplicas: own.filter(isReady).length };
      const spec = { ...(set["spec"] as object | undefined), replicas: own.length };
      this.#store.update(this.#store.typeOfObject(set), set, { ...set, spec, status });
    }
  }
}

function ownerUid({ metadata }: Stored): string {
  return metadata.ownerReferences?.[0]?.uid ?? "";
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

export function ownedBy(object: Stored, owner: Stored): boolean {
  return object.metadata.ownerReferences?.some((one) => one.uid === owner.metadata.uid) === true;
}

export function isReady(pod: Stored): boolean {
  const status = pod["status"] as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
}
