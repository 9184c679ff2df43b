import { createHash } from "node:crypto";
import type { Events } from "./events.ts";
import type { Kubelet } from "./kubelet.ts";
import { isReady, ownedBy, type Template } from "./rollout.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

interface Spec {
  readonly replicas?: number;
  readonly template: Template;
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string }; readonly spec?: unknown }[];
}

const hashLabel = "controller-revision-hash";

/**
 * StatefulSets, one pod a step: made in the order of their numbers, each after the one before is ready; replaced from the last
 * to the first. A broken pod of the new state holds the roll-out, also after the template was put back, until it is deleted
 * (kubernetes.io/docs/concepts/workloads/controllers/statefulset, "Forced rollback").
 */
export class StatefulSets {
  readonly #store: ObjectStore;
  readonly #kubelet: Kubelet;
  readonly #events: Events;

  constructor(store: ObjectStore, kubelet: Kubelet, events: Events) {
    this.#store = store;
    this.#kubelet = kubelet;
    this.#events = events;
  }

  step(): void {
    for (const set of this.#store.all("StatefulSet")) this.#stepSet(set);
  }

  #stepSet(set: Stored): void {
    const spec = set["spec"] as Spec | undefined;
    if (spec?.template?.spec === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const { replicas = 1 } = spec;
    const revision = revisionOf(set.metadata.name, spec.template);
    this.#move(set, spec, replicas, revision);
    this.#report(set, replicas, revision);
  }

  #move(set: Stored, spec: Spec, replicas: number, revision: string): void {
    const pods = this.#podsOf(set);
    const extra = pods.findLast((pod) => numberOf(pod) >= replicas);
    if (extra !== undefined) return this.#remove(set, extra);
    const missing = Array.from({ length: replicas }, (_, number) => number).find((number) =>
      pods.every((pod) => numberOf(pod) !== number),
    );
    const waitsFor = pods.find((pod) => !isReady(pod));
    if (missing !== undefined) {
      const isHeld = waitsFor !== undefined && numberOf(waitsFor) < missing;
      if (!isHeld) this.#start(set, spec, missing, revision);
      return;
    }
    if (waitsFor !== undefined) return;
    const old = pods.findLast((pod) => pod.metadata.labels?.[hashLabel] !== revision);
    if (old !== undefined) this.#remove(set, old);
  }

  #podsOf(set: Stored): readonly Stored[] {
    const own = this.#store.all("Pod").filter((pod) => ownedBy(pod, set));
    return own.toSorted((a, b) => numberOf(a) - numberOf(b));
  }

  #start(set: Stored, spec: Spec, number: number, revision: string): void {
    const { name, namespace = "default", uid = "" } = set.metadata;
    const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata, spec: wanted }) => {
      const claimName = `${metadata.name}-${name}-${number}`;
      this.#claim(namespace, claimName, wanted);
      return { name: metadata.name, persistentVolumeClaim: { claimName } };
    });
    const pod: Stored = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `${name}-${number}`,
        namespace,
        labels: {
          ...spec.template.metadata?.labels,
          [hashLabel]: revision,
          "statefulset.kubernetes.io/pod-name": `${name}-${number}`,
        },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name, uid, controller: true }],
      },
      spec: withVolumes(spec.template.spec, claims),
    };
    this.#store.create(this.#store.typeOfObject(pod), this.#kubelet.started(pod, name));
    this.#events.tell(
      set,
      "Normal",
      "SuccessfulCreate",
      `create Pod ${name}-${number} in StatefulSet ${name} successful`,
    );
  }

  /** Stays when the set goes: what is in a volume is nobody's to delete. */
  #claim(namespace: string, name: string, spec: unknown): void {
    const type = this.#store.typeOfObject({ apiVersion: "v1", kind: "PersistentVolumeClaim" });
    if (this.#store.get(type, namespace, name) !== undefined) return;
    this.#store.create(type, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, namespace }, spec });
  }

  #remove(set: Stored, pod: Stored): void {
    this.#store.delete(this.#store.typeOfObject(pod), pod);
    const { name } = set.metadata;
    this.#events.tell(
      set,
      "Normal",
      "SuccessfulDelete",
      `delete Pod ${pod.metadata.name} in StatefulSet ${name} successful`,
    );
  }

  #report(set: Stored, replicas: number, updateRevision: string): void {
    const type = this.#store.typeOfObject(set);
    const live = this.#store.get(type, set.metadata.namespace, set.metadata.name);
    if (live === undefined) return;
    const pods = this.#podsOf(live);
    const ready = pods.filter(isReady).length;
    const updated = pods.filter(({ metadata }) => metadata.labels?.[hashLabel] === updateRevision);
    const isWhole = updated.length === replicas && pods.length === replicas && ready === replicas;
    const was = (live["status"] as { readonly currentRevision?: string } | undefined)?.currentRevision;
    const status = {
      observedGeneration: live.metadata.generation,
      replicas: pods.length,
      readyReplicas: ready,
      availableReplicas: ready,
      updatedReplicas: updated.length,
      currentReplicas: isWhole ? replicas : pods.length - updated.length,
      currentRevision: isWhole || was === undefined ? updateRevision : was,
      updateRevision,
    };
    this.#store.update(type, live, { ...live, status });
  }
}

/** Its claims are volumes of the pod, in the place of any of the same name (pkg/controller/statefulset/stateful_set_utils.go, updateStorage). */
function withVolumes(spec: Template["spec"], claims: NonNullable<Template["spec"]["volumes"]>): Template["spec"] {
  const others = spec.volumes?.filter(({ name }) => claims.every((claim) => claim.name !== name)) ?? [];
  return claims.length === 0 ? spec : { ...spec, volumes: [...others, ...claims] };
}

function revisionOf(name: string, template: Template): string {
  return `${name}-${createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10)}`;
}

function numberOf({ metadata }: Stored): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf("-") + 1));
}
