import type { Stored } from "../kubernetes/types.ts";

export type HealthCode = "Healthy" | "Suspended" | "Progressing" | "Missing" | "Degraded" | "Unknown";

export interface Health {
  readonly status: HealthCode;
  readonly message?: string;
}

/** From best to worst; an Application is as well as its worst resource (gitops-engine pkg/health/health.go, healthOrder). */
const order: readonly HealthCode[] = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"];

export function worst(codes: readonly HealthCode[]): HealthCode {
  return order[Math.max(0, ...codes.map((code) => order.indexOf(code)))] ?? "Unknown";
}

interface Conditioned {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

type Rule = (object: Stored) => Health;

/**
 * By kind, as gitops-engine judges (pkg/health/health_*.go at 5baed56, December 2025). A kind without a rule has no health, and
 * so has an Application in an Application: that check was taken out in Argo CD 1.8 (docs/operator-manual/health.md).
 */
const rules: Readonly<Record<string, Rule>> = {
  Deployment: deployment,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
  PersistentVolumeClaim: ({ status }) => ({
    status: claimHealth[(status as { readonly phase?: string } | undefined)?.phase ?? ""] ?? "Unknown",
  }),
  Ingress: ({ status }) => ({ status: hasAddress(status) ? "Healthy" : "Progressing" }),
  Service: ({ spec, status }) => {
    const isOutside = (spec as { readonly type?: string } | undefined)?.type === "LoadBalancer";
    return { status: !isOutside || hasAddress(status) ? "Healthy" : "Progressing" };
  },
  Pod: pod,
  Certificate: certificate,
};

const claimHealth: Readonly<Record<string, HealthCode>> = {
  Bound: "Healthy",
  Pending: "Progressing",
  Lost: "Degraded",
};

export function healthOf(object: Stored): Health | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return { status: "Progressing", message: "Pending deletion" };
  return rules[object.kind]?.(object);
}

interface WorkloadStatus extends Conditioned {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
}

function deployment(object: Stored): Health {
  const { paused, replicas = 1 } = (object["spec"] ?? {}) as { readonly paused?: boolean; readonly replicas?: number };
  const status = (object["status"] ?? {}) as WorkloadStatus;
  if (paused === true) return { status: "Suspended", message: "Deployment is paused" };
  if (!isObserved(object, status)) return waiting("observed deployment generation less than desired generation");
  const progressing = status.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    return { status: "Degraded", message: `Deployment "${object.metadata.name}" exceeded its progress deadline` };
  return rolling(replicas, status);
}

function isObserved({ metadata: { generation = 0 } }: Stored, { observedGeneration = 0 }: WorkloadStatus): boolean {
  return observedGeneration > 0 && generation <= observedGeneration;
}

function rolling(
  replicas: number,
  { updatedReplicas: updated = 0, replicas: all = 0, availableReplicas: available = 0 }: WorkloadStatus,
): Health {
  if (updated < replicas) return waiting(`${updated} out of ${replicas} new replicas have been updated...`);
  if (all > updated) return waiting(`${all - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available...`);
  return { status: "Healthy" };
}

function waiting(what: string): Health {
  return { status: "Progressing", message: `Waiting for rollout to finish: ${what}` };
}

/** A broken pod leaves a StatefulSet Progressing for ever: it has no deadline. */
function statefulSet(object: Stored): Health {
  const { replicas = 1 } = (object["spec"] ?? {}) as { readonly replicas?: number };
  const status = (object["status"] ?? {}) as WorkloadStatus;
  const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status;
  if (!isObserved(object, status))
    return { status: "Progressing", message: "Waiting for statefulset spec update to be observed..." };
  if (readyReplicas < replicas)
    return { status: "Progressing", message: `Waiting for ${replicas - readyReplicas} pods to be ready...` };
  if (currentRevision !== updateRevision)
    return {
      status: "Progressing",
      message: `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    };
  return {
    status: "Healthy",
    message: `statefulset rolling update complete ${updatedReplicas} pods at revision ${currentRevision}...`,
  };
}

function daemonSet(object: Stored): Health {
  const { updateStrategy } = (object["spec"] ?? {}) as { readonly updateStrategy?: { readonly type?: string } };
  const status = (object["status"] ?? {}) as WorkloadStatus & Readonly<Record<string, number | undefined>>;
  if (!isObserved(object, status)) return waiting("observed daemon set generation less than desired generation");
  if (updateStrategy?.type === "OnDelete") return { status: "Healthy" };
  const count = (field: string): number => status[field] ?? 0;
  const desired = count("desiredNumberScheduled");
  const told = (what: string): Health => ({
    status: "Progressing",
    message: `Waiting for daemon set "${object.metadata.name}" rollout to finish: ${what}`,
  });
  const updated = count("updatedNumberScheduled");
  if (updated < desired) return told(`${updated} out of ${desired} new pods have been updated...`);
  const available = count("numberAvailable");
  return available < desired ? told(`${available} of ${desired} updated pods are available...`) : { status: "Healthy" };
}

function job(object: Stored): Health {
  const { conditions = [] } = (object["status"] ?? {}) as Conditioned;
  const failed = conditions.find(({ type }) => type === "Failed");
  if (failed !== undefined) return { status: "Degraded", message: failed.message ?? "" };
  if (conditions.some(({ type }) => type === "Complete")) return { status: "Healthy" };
  const isSuspended = conditions.some(({ type, status }) => type === "Suspended" && status === "True");
  return { status: isSuspended ? "Suspended" : "Progressing" };
}

function pod(object: Stored): Health {
  const { phase, containerStatuses = [] } = (object["status"] ?? {}) as Conditioned & {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason: string; readonly message?: string } };
    }[];
  };
  const { restartPolicy = "Always" } = (object["spec"] ?? {}) as { readonly restartPolicy?: string };
  const stuck = containerStatuses
    .map(({ state }) => state?.waiting)
    .find((one) => one !== undefined && /^Err|Error$|BackOff$/.test(one.reason));
  if (restartPolicy === "Always" && stuck !== undefined) return { status: "Degraded", message: stuck.message ?? "" };
  return { status: phase === "Running" && restartPolicy !== "Always" ? "Progressing" : podHealth(phase) };
}

function podHealth(phase: string | undefined): HealthCode {
  const codes: Readonly<Record<string, HealthCode>> = { Failed: "Degraded", Succeeded: "Healthy", Running: "Healthy" };
  return codes[phase ?? ""] ?? "Progressing";
}

/**
 * argo-cd resource_customizations/cert-manager.io/Certificate/health.lua at 09762a2: being issued comes first and is Progressing,
 * in the condition's own words; then Ready decides; neither True nor False is waiting.
 */
function certificate(object: Stored): Health {
  const { conditions = [] } = (object["status"] ?? {}) as Conditioned;
  const issuing = conditions.find(({ type, status }) => type === "Issuing" && status === "True");
  if (issuing !== undefined) return { status: "Progressing", message: issuing.message ?? "" };
  const ready = conditions.find(({ type, status }) => type === "Ready" && (status === "True" || status === "False"));
  if (ready === undefined) return { status: "Progressing", message: "Waiting for certificate" };
  return { status: ready.status === "True" ? "Healthy" : "Degraded", message: ready.message ?? "" };
}

function hasAddress(status: unknown): boolean {
  const { loadBalancer } = (status ?? {}) as { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
  return (loadBalancer?.ingress ?? []).length > 0;
}
