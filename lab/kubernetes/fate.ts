import { createHash } from "node:crypto";

export type Fate = "runs" | "no-image" | "crashes";

/** A pod as its fate is asked for. `workload` is the Deployment, StatefulSet or Job that it belongs to, else its own name. */
export interface FatedPod {
  readonly namespace: string;
  readonly image: string;
  readonly workload: string;
}

/** What may go wrong with a pod: its image cannot be pulled, or its program falls over. */
export type PodFate = (pod: FatedPod) => Fate;

/** A fate that a fault sets upon one workload. */
export interface FateRule {
  readonly namespace: string;
  readonly workload: string;
  readonly fate: Fate;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly running?: { readonly startedAt?: string };
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason: string; readonly finishedAt?: string };
  };
  readonly lastState?: unknown;
}

/** What the kubelet reports of a container, seen from what it reported before. */
export function containerStatus(
  { name, image }: Container,
  fate: Fate,
  before: ContainerStatus | undefined,
  now: string,
): ContainerStatus {
  const imageID = `${image.replace(/[:@][^/]*$/, "")}@sha256:${createHash("sha256").update(image).digest("hex")}`;
  const base = { name, image, imageID, restartCount: before?.restartCount ?? 0 };
  // An image that was pulled once stays on the node.
  const isPulled = before !== undefined && before.imageID !== "";
  if (fate === "crashes") return crashed(base, before, now);
  if (fate === "no-image" && !isPulled) {
    const waiting = { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
    return { ...base, imageID: "", ready: false, state: { waiting } };
  }
  if (before?.state.running !== undefined) return before;
  return { ...base, ready: true, started: true, state: { running: { startedAt: now } } };
}

function crashed(
  base: Pick<ContainerStatus, "name" | "image" | "imageID" | "restartCount">,
  before: ContainerStatus | undefined,
  now: string,
): ContainerStatus {
  if (before?.state.waiting?.reason === "CrashLoopBackOff") return before;
  const waiting = { reason: "CrashLoopBackOff", message: `back-off 40s restarting failed container=${base.name}` };
  const lastState = { terminated: { exitCode: 1, reason: "Error", finishedAt: now } };
  return { ...base, ready: false, restartCount: base.restartCount + 4, state: { waiting }, lastState };
}
