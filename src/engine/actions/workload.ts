import * as z from "zod";
import type { KubeName, KubeObject, KubeReader } from "../../kernel/kube.ts";
import { foundOf } from "./kube-outcome.ts";

const Label = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, "a name as Kubernetes allows it");

/** What runs a component's pods. */
export const Workload = z.object({
  namespace: Label,
  kind: z.enum(["deployment", "statefulset", "daemonset"]).default("deployment"),
  name: Label,
});
export type Workload = z.infer<typeof Workload>;

export function nameOf({ namespace, kind, name }: Workload): KubeName {
  return { apiVersion: "apps/v1", plural: `${kind}s`, namespace, name };
}

export function wordsOf({ namespace, kind, name }: Workload): string {
  return `${kind} ${namespace}/${name}`;
}

const count = z.number().default(0);

/** Of the three kinds together; what a kind does not have is left out (kubernetes.io/docs/reference/kubernetes-api/workload-resources). */
const Shape = z.object({
  metadata: z.object({ generation: count }),
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }).prefault({}),
    template: z
      .object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).prefault({}) })
      .prefault({}),
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      readyReplicas: count,
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().default("") }))
        .default([]),
    })
    .prefault({}),
});

/** How far a workload is, in one form for all kinds. */
export interface Progress {
  /** The controller has seen the last change. */
  readonly seen: boolean;
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  /** Pods of the version before that are still there. */
  readonly old: number;
  /** The controller gave up (`ProgressDeadlineExceeded`). */
  readonly stuck: boolean;
}

export function progressOf(kind: Workload["kind"], object: KubeObject): Progress {
  const { metadata, spec, status } = Shape.parse(object);
  const seen = status.observedGeneration >= metadata.generation;
  if (kind === "daemonset") {
    const { desiredNumberScheduled: wanted, updatedNumberScheduled: updated, numberAvailable: available } = status;
    return { seen, wanted, updated, available, old: Math.max(0, wanted - updated), stuck: false };
  }
  const stuck = status.conditions.some(
    ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
  );
  const available = kind === "statefulset" ? Math.min(status.readyReplicas, status.replicas) : status.availableReplicas;
  const { updatedReplicas: updated } = status;
  return { seen, wanted: spec.replicas, updated, available, old: Math.max(0, status.replicas - updated), stuck };
}

/** Every pod is of the last version and serves. */
export function isSettled({ seen, wanted, updated, available, old }: Progress): boolean {
  return seen && updated >= wanted && available >= wanted && old === 0;
}

export function tell({ wanted, updated, available, old }: Progress): string {
  return `${updated} of ${wanted} pods are new, ${available} serve${old === 0 ? "" : `, ${old} old ones are left`}`;
}

export function templateAnnotations(object: KubeObject): Readonly<Record<string, string>> {
  return Shape.parse(object).spec.template.metadata.annotations;
}

/** For `-l`; undefined when its selector cannot be written so. */
export function selectorOf(object: KubeObject): string | undefined {
  const labels = Object.entries(Shape.parse(object).spec.selector.matchLabels);
  return labels.length === 0 ? undefined : labels.map(([key, value]) => `${key}=${value}`).join(",");
}

/** The workload as it is now; undefined when it is not there. */
export async function readWorkload(kube: KubeReader, workload: Workload): Promise<KubeObject | undefined> {
  return foundOf(await kube.get(nameOf(workload)));
}
