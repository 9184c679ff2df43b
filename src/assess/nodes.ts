import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { ageOf, counted, section } from "./section.ts";
import { nodes } from "./types.ts";

const Node = z.object({
  spec: z.object({ unschedulable: z.boolean().optional() }).default({}),
  status: z.object({
    conditions: z
      .array(
        z.object({
          type: z.string(),
          status: z.string(),
          message: z.string().optional(),
          lastTransitionTime: z.string().optional(),
        }),
      )
      .default([]),
    nodeInfo: z.object({ kubeletVersion: z.string().default("") }).prefault({}),
  }),
});
type Node = z.infer<typeof Node>;

/** Nodes that are not ready, short of something, closed, or too far from the API server's version. */
export function nodeSection(live: LiveCluster, now: Instant): Section {
  const all = live.read(nodes, Node);
  return section({
    id: "nodes",
    title: "Nodes",
    columns: ["Node", "State", "Kubelet"],
    rows: all.map(({ object, value }) => rowOf(object, value, live.version, now)),
    unseen: live.unseen(nodes),
    none: "No nodes.",
    fine: (count) => `All ${counted(count, "node")} ready, versions within the skew that Kubernetes allows.`,
    faulty: {
      bad: (count) => `${counted(count, "node")} in trouble`,
      warn: (count) => `${counted(count, "node")} worth a look`,
    },
  });
}

function rowOf(object: KubeObject, node: Node, server: string, now: Instant): Row {
  const { name } = object.metadata;
  const kubelet = node.status.nodeInfo.kubeletVersion;
  const { state, ...judged } = conditionOf(node, name, now) ??
    skewOf(server, kubelet) ??
    closed(node, name) ?? { state: "ready", mark: "good" as const };
  return { ...judged, cells: [name, state, kubelet] };
}

type Judged = Pick<Row, "mark" | "why" | "next"> & { readonly state: string };

function conditionOf({ status }: Node, name: string, now: Instant): Judged | undefined {
  const next = `\`kubectl describe node ${name}\``;
  const ready = status.conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") {
    const since = ageOf(ready?.lastTransitionTime, now);
    const state = `not ready${since === undefined ? "" : ` for ${since}`}`;
    return { state, mark: "bad", why: ready?.message ?? "It does not say that it is ready.", next };
  }
  const pressure = status.conditions.filter(({ type, status: is }) => type !== "Ready" && is === "True");
  if (pressure.length === 0) return undefined;
  const state = pressure.map(({ type }) => type).join(", ");
  return { state, mark: "bad", why: pressure[0]?.message, next: `${next}; pods are evicted from it.` };
}

function closed({ spec }: Node, name: string): Judged | undefined {
  if (spec.unschedulable !== true) return undefined;
  return { state: "closed for new pods", mark: "warn", next: `\`kubectl uncordon ${name}\` when its work is done.` };
}

/**
 * A kubelet may be up to three minors older than the API server (two before 1.25) and never newer
 * (kubernetes.io/releases/version-skew-policy).
 */
function skewOf(server: string, kubelet: string): Judged | undefined {
  const [of, at] = [minorOf(server), minorOf(kubelet)];
  if (of === undefined || at === undefined) return undefined;
  const state = "version skew";
  if (at > of) {
    const why = `The kubelet is newer than the API server (${server}).`;
    return { state, mark: "bad", why, next: "Upgrade the control plane first." };
  }
  const allowed = at < 25 ? 2 : 3;
  if (of - at < allowed) return undefined;
  const most = of - at === allowed ? ", the most that is supported" : `; ${allowed} are supported`;
  const why = `The kubelet is ${of - at} minors behind the API server (${server})${most}.`;
  const mark = of - at === allowed ? "warn" : "bad";
  return { state, mark, why, next: "Upgrade the node before the control plane moves on." };
}

function minorOf(version: string): number | undefined {
  const found = /^v?1\.(\d+)/.exec(version)?.[1];
  return found === undefined ? undefined : Number(found);
}
