import * as z from "zod";
import { defineProbe, type Probe } from "../probe.ts";
import { listed, someOf } from "../probe-kube.ts";
import { absentReading, judged, metric } from "../readings.ts";
import { kubernetesNetworkProbes } from "./probes-network.ts";
import { kubernetesStorageProbes } from "./probes-storage.ts";

const Condition = z.object({ type: z.string(), status: z.string(), message: z.string().optional() });
const Node = z.object({ status: z.object({ conditions: z.array(Condition).default([]) }).default({ conditions: [] }) });

const nodes = defineProbe({
  id: "nodes",
  tells: "own",
  title: "Are the nodes ready and without pressure?",
  needs: ["kube"],
  inputs: z.object({}),
  everySeconds: 60,
  timeoutSeconds: 30,
  source: "kubernetes.io/docs/reference/node/node-status: Ready, DiskPressure, MemoryPressure, PIDPressure",
  async read({ kube }) {
    const answer = await listed(kube, { subject: "nodes", type: { apiVersion: "v1", plural: "nodes" } }, Node);
    if (answer.kind === "reading") return [answer.reading];
    if (answer.items.length === 0) return [absentReading("nodes", `${kube.label}: no node`)];
    const bad = answer.items.filter(({ value }) => troubleOf(value.status.conditions) !== undefined);
    const said = bad.map(({ name, value }) => `${name} ${troubleOf(value.status.conditions) ?? ""}`);
    const evidence = `${kube.label}: ${answer.items.length} nodes${bad.length === 0 ? "" : `; ${someOf(said)}`}`;
    return [
      judged(bad.length === 0, "nodes", answer.items.length - bad.length, evidence, [
        metric("kubernetes_nodes_not_ready", bad.length),
      ]),
    ];
  },
});

function troubleOf(conditions: readonly z.output<typeof Condition>[]): string | undefined {
  if (conditions.find(({ type }) => type === "Ready")?.status !== "True") return "is not ready";
  return conditions.find(({ type, status }) => type.endsWith("Pressure") && status === "True")?.type;
}

const Container = z.object({
  restartCount: z.number().default(0),
  ready: z.boolean().default(false),
  state: z.object({ waiting: z.object({ reason: z.string().default("") }).optional() }).default({}),
});
const Pod = z.object({
  status: z
    .object({
      phase: z.string().default("Unknown"),
      conditions: z.array(Condition).default([]),
      containerStatuses: z.array(Container).default([]),
      initContainerStatuses: z.array(Container).default([]),
    })
    .default({ phase: "Unknown", conditions: [], containerStatuses: [], initContainerStatuses: [] }),
});

const pods = defineProbe({
  id: "pods",
  tells: "own",
  title: "Do the pods run?",
  needs: ["kube"],
  inputs: z.object({ namespaces: z.array(z.string().min(1)).default([]).describe("All namespaces when empty") }),
  everySeconds: 60,
  timeoutSeconds: 30,
  source: "kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle",
  async read({ kube }, { namespaces }) {
    const scopes = namespaces.length === 0 ? [undefined] : namespaces;
    return Promise.all(
      scopes.map(async (namespace) => {
        const subject = namespace === undefined ? "pods" : `pods/${namespace}`;
        const selection = namespace === undefined ? {} : { namespace };
        const answer = await listed(kube, { subject, type: { apiVersion: "v1", plural: "pods" }, selection }, Pod);
        if (answer.kind === "reading") return answer.reading;
        if (answer.items.length === 0) return absentReading(subject, `${kube.label}: no pod`);
        const bad = answer.items.flatMap(({ name, value }) => {
          const trouble = podTrouble(value.status);
          return trouble === undefined ? [] : [`${name} ${trouble}`];
        });
        const restarts = answer.items
          .flatMap(({ value }) => value.status.containerStatuses)
          .reduce((sum, { restartCount }) => sum + restartCount, 0);
        return judged(
          bad.length === 0,
          subject,
          answer.items.length - bad.length,
          `${kube.label}: ${answer.items.length} pods${bad.length === 0 ? "" : `; ${someOf(bad)}`}`,
          [metric("kubernetes_pods_failing", bad.length), metric("kubernetes_container_restarts_total", restarts)],
        );
      }),
    );
  },
});

/** A pod that merely starts is no trouble; one that cannot is. */
function podTrouble(status: z.output<typeof Pod>["status"]): string | undefined {
  const waiting = [...status.initContainerStatuses, ...status.containerStatuses].map(
    ({ state }) => state.waiting?.reason ?? "",
  );
  const reason = waiting.find((word) => /BackOff|^Err|Error$|InvalidImageName/.test(word));
  if (reason !== undefined) return reason;
  if (status.phase === "Failed" || status.phase === "Unknown") return status.phase;
  if (status.conditions.some(({ type, status: is }) => type === "PodScheduled" && is === "False"))
    return "finds no node";
  return undefined;
}

export const kubernetesProbes: readonly Probe[] = [nodes, pods, ...kubernetesStorageProbes, ...kubernetesNetworkProbes];
