import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { ageOf, counted, hoursSince, placed, section } from "./section.ts";
import { pods } from "./types.ts";

const ContainerState = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  terminated: z.object({ reason: z.string().optional(), exitCode: z.number().optional() }).optional(),
});

const ContainerStatus = z.object({
  name: z.string(),
  image: z.string().default(""),
  imageID: z.string().default(""),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: ContainerState.default({}),
  lastState: ContainerState.default({}),
});
type ContainerStatus = z.infer<typeof ContainerStatus>;

const Container = z.object({ name: z.string(), image: z.string().default("") });

/** What is used of a pod. */
export const Pod = z.object({
  spec: z
    .object({
      containers: z.array(Container).default([]),
      initContainers: z.array(Container).default([]),
    })
    .prefault({}),
  status: z
    .object({
      phase: z.string().default("Unknown"),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;

/** Pods that do not run as they should, each with the evidence, the likely cause and the command that shows more. */
export function podSection(live: LiveCluster, now: Instant): Section {
  const all = live.read(pods, Pod);
  return section({
    id: "pods",
    title: "Pods in trouble",
    columns: ["Pod", "What", "Restarts", "Age"],
    rows: all.map(({ object, value }) => rowOf(object, value, now)),
    unseen: live.unseen(pods),
    none: "No pods.",
    fine: (count) => `All ${count} pods run.`,
    faulty: {
      bad: (count) => `${counted(count, "pod")} in trouble`,
      warn: (count) => `${counted(count, "pod")} worth a look`,
    },
    quiet: true,
  });
}

interface Trouble {
  readonly mark: "bad" | "warn";
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

function rowOf(object: KubeObject, pod: Pod, now: Instant): Row {
  const statuses = [...pod.status.initContainerStatuses, ...pod.status.containerStatuses];
  const restarts = statuses.reduce((sum, one) => sum + one.restartCount, 0);
  const trouble = troubleOf(object, pod, statuses, now);
  const cells = [
    placed(object.metadata),
    trouble?.what ?? pod.status.phase,
    String(restarts),
    ageOf(object.metadata.creationTimestamp, now) ?? "?",
  ];
  return trouble === undefined ? { mark: "good", cells } : { ...trouble, cells };
}

function troubleOf(
  object: KubeObject,
  pod: Pod,
  statuses: readonly ContainerStatus[],
  now: Instant,
): Trouble | undefined {
  const { name, namespace = "default" } = object.metadata;
  const where = `-n ${namespace} ${name}`;
  for (const status of statuses) {
    const found = waitingTrouble(status, where) ?? killedForMemory(status, where);
    if (found !== undefined) return found;
  }
  if (pod.status.phase === "Pending") return pending(object, pod, where, now);
  if (pod.status.phase === "Failed") return failed(pod, where);
  return notReady(pod, where);
}

const imageReasons = ["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull"];

function waitingTrouble(status: ContainerStatus, where: string): Trouble | undefined {
  const { reason, message = "" } = status.state.waiting ?? {};
  if (reason === undefined || ["ContainerCreating", "PodInitializing"].includes(reason)) return undefined;
  const said = message === "" ? "" : `: ${message}`;
  if (imageReasons.includes(reason)) {
    return {
      mark: "bad",
      what: reason,
      why: `The image ${status.image} of container ${status.name} cannot be pulled${said}.`,
      next: `\`kubectl describe pod ${where}\` names the registry's answer: not found is a wrong tag, 401 or 403 a missing imagePullSecret, a timeout the network.`,
    };
  }
  if (reason === "CrashLoopBackOff") return crashing(status, where);
  return {
    mark: "bad",
    what: reason,
    why: `Container ${status.name} does not start${said}.`,
    next: `\`kubectl describe pod ${where}\`: a Secret or ConfigMap it names may be missing.`,
  };
}

function crashing({ name, lastState }: ContainerStatus, where: string): Trouble {
  const { reason = "Error", exitCode } = lastState.terminated ?? {};
  return {
    mark: "bad",
    what: "CrashLoopBackOff",
    why: `Container ${name} ended${exitCode === undefined ? "" : ` with code ${exitCode}`} (${reason}) and is started again and again.`,
    next: `\`kubectl logs ${where} -c ${name} --previous\` shows what it said before it ended.`,
  };
}

function killedForMemory({ name, lastState }: ContainerStatus, where: string): Trouble | undefined {
  if (lastState.terminated?.reason !== "OOMKilled") return undefined;
  return {
    mark: "warn",
    what: "OOMKilled",
    why: `Container ${name} was killed for using more memory than its limit.`,
    next: `Compare \`kubectl top pod ${where} --containers\` with its limit, and raise the limit in Git or find the leak.`,
  };
}

/** A pod may be pending for a while when it is new. */
function pending(object: KubeObject, pod: Pod, where: string, now: Instant): Trouble | undefined {
  const unscheduled = pod.status.conditions.find(({ type, status }) => type === "PodScheduled" && status === "False");
  const hours = hoursSince(object.metadata.creationTimestamp, now) ?? 1;
  if (unscheduled === undefined && hours < 0.1) return undefined;
  return {
    mark: "bad",
    what: unscheduled?.reason ?? "Pending",
    why: unscheduled?.message ?? pod.status.message ?? "It waits to be started.",
    next: `\`kubectl describe pod ${where}\`: too little CPU or memory on the nodes, a claim that is not bound, a taint, or a quota.`,
  };
}

function failed(pod: Pod, where: string): Trouble {
  const evicted = pod.status.reason === "Evicted";
  return {
    mark: evicted ? "warn" : "bad",
    what: pod.status.reason ?? "Failed",
    why: pod.status.message ?? "It ended with an error.",
    next: evicted
      ? "The node ran out of a resource: set requests, and see the nodes below."
      : `\`kubectl logs ${where} --all-containers\``,
  };
}

function notReady(pod: Pod, where: string): Trouble | undefined {
  if (pod.status.phase !== "Running") return undefined;
  const ready = pod.status.conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "False" || ready.reason === "PodCompleted") return undefined;
  return {
    mark: "warn",
    what: "not ready",
    why: ready.message ?? "It runs, and its readiness probe does not pass: no Service sends to it.",
    next: `\`kubectl describe pod ${where}\` shows what the probe was answered.`,
  };
}
