import * as z from "zod";
import type { KubeObject } from "../kernel/kube.ts";
import type { Step } from "../kernel/tree.ts";
import type { LiveCluster } from "./live.ts";
import { applications, autoscalers } from "./types.ts";

type Paths = readonly (readonly Step[])[];

const Autoscaler = z.object({ spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) }) });

/** argo-cd docs/user-guide/diffing.md; expressions of jq are not evaluated. */
const Ignoring = z.object({
  spec: z.object({
    ignoreDifferences: z.array(
      z.object({
        group: z.string().default(""),
        kind: z.string(),
        name: z.string().optional(),
        namespace: z.string().optional(),
        jsonPointers: z.array(z.string()).default([]),
      }),
    ),
  }),
});
type Entry = z.infer<typeof Ignoring>["spec"]["ignoreDifferences"][number];

/** What is no drift: the replicas that an autoscaler moves, and what an Application tells Argo CD to ignore. */
export function ignoredBy(live: LiveCluster): (object: KubeObject) => Paths {
  const scaled = new Set(
    live.read(autoscalers, Autoscaler).map(({ object, value }) => {
      const { kind, name } = value.spec.scaleTargetRef;
      return `${object.metadata.namespace} ${kind} ${name}`;
    }),
  );
  const entries = live.read(applications, Ignoring).flatMap(({ value }) => value.spec.ignoreDifferences);
  return (object) => {
    const { kind, metadata } = object;
    const replicas: Paths = scaled.has(`${metadata.namespace} ${kind} ${metadata.name}`) ? [["spec", "replicas"]] : [];
    return [
      ...replicas,
      ...entries.filter((entry) => isMeant(entry, object)).flatMap(({ jsonPointers }) => jsonPointers.map(stepsOf)),
    ];
  };
}

function isMeant({ group, kind, name, namespace }: Entry, { apiVersion, metadata, ...object }: KubeObject): boolean {
  const own = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return (
    (group === "*" || group === own) &&
    (kind === "*" || kind === object.kind) &&
    (name === undefined || name === metadata.name) &&
    (namespace === undefined || namespace === metadata.namespace)
  );
}

/** RFC 6901. */
function stepsOf(pointer: string): readonly Step[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
