import { createHash } from "node:crypto";

const digestOf = (image: string): string => `sha256:${createHash("sha256").update(image).digest("hex")}`;

interface WorkloadOptions {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly kind?: "Deployment" | "StatefulSet";
  readonly resources?: unknown;
  readonly managedFields?: unknown;
  readonly container?: Record<string, unknown>;
  readonly env?: readonly unknown[];
}

/** A workload with its ReplicaSet and one pod, as a cluster holds them. */
export function workload(options: WorkloadOptions): readonly unknown[] {
  const { namespace, name, image, kind = "Deployment" } = options;
  const labels = { app: name, "app.kubernetes.io/instance": name };
  const container = {
    name,
    image,
    resources: options.resources ?? {},
    ...(options.env === undefined ? {} : { env: options.env }),
  };
  const spec = {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  const uid = `uid-${namespace}-${name}`;
  const metadata = {
    name,
    namespace,
    uid,
    labels,
    creationTimestamp: "2026-08-29T10:00:00Z",
    ...(options.managedFields === undefined ? {} : { managedFields: options.managedFields }),
  };
  const set = `${name}-5d8f7c9b6d`;
  const ofDeployment = kind === "Deployment";
  const owner = ofDeployment
    ? { apiVersion: "apps/v1", kind: "ReplicaSet", name: set, uid: `${uid}-set`, controller: true }
    : { apiVersion: "apps/v1", kind, name, uid, controller: true };
  const replicaSet = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: set,
      namespace,
      uid: `${uid}-set`,
      labels,
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }],
    },
  };
  const pod = podOf({ options, owner, name: ofDeployment ? `${set}-x7k2p` : `${name}-0`, labels, container });
  return [{ apiVersion: "apps/v1", kind, metadata, spec }, ...(ofDeployment ? [replicaSet] : []), pod];
}

interface PodParts {
  readonly options: WorkloadOptions;
  readonly owner: unknown;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly container: unknown;
}

function podOf({ options, owner, name, labels, container }: PodParts): unknown {
  const { image, namespace } = options;
  const status = {
    name: options.name,
    image,
    imageID: `${image.replace(/:[^/]*$/, "")}@${digestOf(image)}`,
    ready: true,
    restartCount: 0,
    state: { running: {} },
    ...options.container,
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels,
      creationTimestamp: "2026-11-17T01:00:00Z",
      ownerReferences: [owner],
    },
    spec: { nodeName: "node-1", containers: [container] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: status.ready ? "True" : "False" }],
      containerStatuses: [status],
    },
  };
}
