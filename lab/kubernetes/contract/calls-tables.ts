import type { Call } from "./call.ts";
import { at, pick } from "./pick.ts";

const asTable = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
const merge = { "content-type": "application/merge-patch+json" };
const about = "tables";
const call = { as: "admin", about } as const;

/** Columns and cells as `kubectl get` shows them; a moment's age is the moment's own. */
function shown(body: unknown): unknown {
  const columns = listAt(body, "columnDefinitions");
  const ages = columns.map((column) =>
    ["Age", "Last Seen", "First Seen", "Duration"].includes(String(at(column, "name"))),
  );
  return {
    kind: at(body, "kind"),
    columns: columns.map((column) => [
      at(column, "name"),
      at(column, "type"),
      at(column, "format"),
      at(column, "priority"),
    ]),
    rows: listAt(body, "rows").map((row) =>
      listAt(row, "cells").map((cell, index) => (ages[index] ? "age" : plain(cell))),
    ),
  };
}

/** A cell without what the server made up. */
function plain(cell: unknown): unknown {
  return typeof cell === "string" ? cell.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/, "UID") : cell;
}

function listAt(body: unknown, path: string): readonly unknown[] {
  const list = at(body, path);
  return Array.isArray(list) ? list : [];
}

interface Shown {
  readonly id: string;
  readonly differs?: string;
  /** Of its list, within a namespace `contract` unless it is whole. */
  readonly path: string;
  readonly object: Readonly<Record<string, unknown>> & { readonly metadata: { readonly name: string } };
  readonly status?: unknown;
  /** What the server adds by itself. */
  readonly defaults?: readonly string[];
}

/** One made, its status written as a controller does, and then shown; alone, so that nothing else is in the table. */
function callsFor({ id, path, object, status, defaults = ["kind"], differs }: Shown): readonly Call[] {
  const { name } = object.metadata;
  return [
    { ...call, id: `table-${id}-made`, method: "POST", path, body: object, look: pick(...defaults) },
    ...(status === undefined
      ? []
      : [
          {
            ...call,
            id: `table-${id}-status`,
            method: "PATCH" as const,
            path: `${path}/${name}/status`,
            headers: merge,
            body: { status },
            look: pick("kind", "metadata.generation"),
          },
        ]),
    {
      ...call,
      id: `table-${id}`,
      method: "GET",
      path: `${path}/${name}`,
      headers: asTable,
      look: shown,
      ...(differs === undefined ? {} : { differs }),
    },
  ];
}

const core = (plural: string): string => `/api/v1/namespaces/contract/${plural}`;
const group = (name: string, plural: string): string => `/apis/${name}/namespaces/contract/${plural}`;
const labels = { app: "shown" };
const template = {
  metadata: { labels },
  spec: {
    containers: [
      { name: "one", image: "example.org/one:1" },
      { name: "two", image: "example.org/two:2" },
    ],
  },
};
const workload = (kind: string, spec: object) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "shown", labels },
  spec: { selector: { matchLabels: labels }, template, ...spec },
});
const once = { spec: { ...template.spec, restartPolicy: "Never" } };

const workloads: readonly Shown[] = [
  {
    id: "deployment",
    path: group("apps/v1", "deployments"),
    object: workload("Deployment", { replicas: 3 }),
    status: { observedGeneration: 1, replicas: 3, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 },
  },
  {
    id: "statefulset",
    path: group("apps/v1", "statefulsets"),
    object: workload("StatefulSet", { replicas: 2, serviceName: "shown" }),
    status: { replicas: 2, readyReplicas: 1 },
  },
  {
    id: "daemonset",
    path: group("apps/v1", "daemonsets"),
    object: workload("DaemonSet", {}),
    status: {
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 1,
      updatedNumberScheduled: 2,
      numberAvailable: 1,
      numberUnavailable: 2,
    },
    defaults: ["kind", "metadata.generation", "spec.updateStrategy", "spec.revisionHistoryLimit", "status"],
  },
  {
    id: "replicaset",
    path: group("apps/v1", "replicasets"),
    object: workload("ReplicaSet", { replicas: 2 }),
    status: { replicas: 2, readyReplicas: 1 },
  },
  {
    id: "job",
    differs: "a Job has no selector here: its pods are found by their owner, so `-o wide` shows none",
    path: group("batch/v1", "jobs"),
    object: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "shown" }, spec: { template: once } },
  },
  {
    id: "cronjob",
    path: group("batch/v1", "cronjobs"),
    object: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "shown" },
      spec: { schedule: "30 0 * * *", timeZone: "Etc/UTC", jobTemplate: { spec: { template: once } } },
    },
    defaults: [
      "spec.concurrencyPolicy",
      "spec.suspend",
      "spec.successfulJobsHistoryLimit",
      "spec.failedJobsHistoryLimit",
    ],
  },
];

const others: readonly Shown[] = [
  {
    id: "service",
    path: core("services"),
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shown" },
      spec: {
        clusterIP: "None",
        selector: labels,
        ports: [
          { name: "http", port: 80 },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      },
    },
  },
  {
    id: "secret",
    path: core("secrets"),
    object: { apiVersion: "v1", kind: "Secret", metadata: { name: "shown" }, stringData: { a: "1", b: "2" } },
    defaults: ["kind", "type", "data"],
  },
  {
    id: "configmap",
    path: core("configmaps"),
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shown" }, data: { a: "1" } },
  },
  {
    id: "claim",
    path: core("persistentvolumeclaims"),
    object: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "shown" },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "5Gi" } } },
    },
    status: { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "5Gi" } },
  },
  {
    id: "ingress",
    path: group("networking.k8s.io/v1", "ingresses"),
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "shown" },
      spec: {
        ingressClassName: "apisix",
        tls: [{ hosts: ["a.example.org"], secretName: "tls" }],
        rules: [{ host: "a.example.org" }, { host: "b.example.org" }],
      },
    },
    status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
  },
  {
    id: "account",
    path: core("serviceaccounts"),
    object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "shown" } },
  },
  {
    id: "lease",
    path: group("coordination.k8s.io/v1", "leases"),
    object: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "shown" },
      spec: { holderIdentity: "me" },
    },
  },
];

/** Tables, which `kubectl get` asks for; rows of workloads with a status that says something. */
export const tableCalls: readonly Call[] = [
  ...[...workloads, ...others].flatMap(callsFor),
  {
    ...call,
    id: "table-empty",
    method: "GET",
    path: core("pods?labelSelector=app%3Dnone"),
    headers: asTable,
    look: shown,
  },
  {
    ...call,
    id: "table-without-object",
    method: "GET",
    path: `${group("apps/v1", "daemonsets")}?includeObject=None`,
    headers: asTable,
    look: (body) => listAt(body, "rows").map((row) => at(row, "object") ?? null),
  },
  {
    ...call,
    id: "table-object",
    method: "GET",
    path: group("apps/v1", "daemonsets"),
    headers: asTable,
    look: (body) =>
      listAt(body, "rows").map((row) => [
        at(row, "object.kind"),
        at(row, "object.apiVersion"),
        at(row, "object.spec") ?? null,
      ]),
  },
];
