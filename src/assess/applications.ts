import * as z from "zod";
import { allWriters, isArgocd } from "../drift/writers.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Mark, Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { ageOf, counted, placed, section } from "./section.ts";
import { applications } from "./types.ts";

const InitiatedBy = z.object({ username: z.string().optional(), automated: z.boolean().optional() }).optional();

/** What is used of an Argo CD Application (argo-cd pkg/apis/application/v1alpha1/types.go). */
const Application = z.object({
  spec: z.object({
    syncPolicy: z
      .object({ automated: z.object({ prune: z.boolean().optional(), selfHeal: z.boolean().optional() }).nullish() })
      .nullish(),
  }),
  status: z
    .object({
      sync: z.object({ status: z.string().default("Unknown"), revision: z.string().optional() }).prefault({}),
      health: z
        .object({
          status: z.string().default("Unknown"),
          message: z.string().optional(),
          lastTransitionTime: z.string().optional(),
        })
        .prefault({}),
      reconciledAt: z.string().nullish(),
      conditions: z.array(z.object({ type: z.string(), message: z.string().default("") })).default([]),
      history: z
        .array(
          z.object({ revision: z.string().optional(), deployedAt: z.string().optional(), initiatedBy: InitiatedBy }),
        )
        .default([]),
      operationState: z
        .object({
          phase: z.string().default(""),
          message: z.string().optional(),
          finishedAt: z.string().nullish(),
          operation: z.object({ initiatedBy: InitiatedBy }).prefault({}),
        })
        .optional(),
      resources: z
        .array(
          z.object({
            group: z.string().optional(),
            version: z.string().default("v1"),
            kind: z.string(),
            name: z.string(),
            namespace: z.string().optional(),
            status: z.string().optional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
type Application = z.infer<typeof Application>;

/** Argo CD's own verdict on each Application, with since when and who where the objects tell it. */
export function applicationSection(live: LiveCluster, now: Instant): Section {
  const all = live.read(applications, Application);
  return section({
    id: "argocd",
    title: "Argo CD applications",
    columns: ["Application", "Sync", "Health", "Policy", "Last sync"],
    rows: all.map(({ object, value }) => rowOf(object, value, live, now)),
    unseen: live.unseen(applications),
    none: "Argo CD has no Applications here.",
    fine: (count) => `All ${counted(count, "application")} synced and healthy.`,
    faulty: {
      bad: (count) => `${counted(count, "application")} out of sync or unhealthy`,
      warn: (count) => `${counted(count, "application")} worth a look`,
    },
  });
}

function rowOf(object: KubeObject, { spec, status }: Application, live: LiveCluster, now: Instant): Row {
  const cells = [
    placed(object.metadata),
    status.sync.status,
    health(status, now),
    policyOf(spec.syncPolicy?.automated ?? undefined),
    lastSync(status.history.at(-1), now),
  ];
  const mark = markOf(status);
  return mark === "good" ? { mark, cells } : { mark, cells, ...reason(object, status, live, now) };
}

function policyOf(
  automated: { readonly prune?: boolean | undefined; readonly selfHeal?: boolean | undefined } | undefined,
): string {
  if (automated === undefined) return "by hand";
  return [
    "automatic",
    ...(automated.prune === true ? ["prune"] : []),
    ...(automated.selfHeal === true ? ["self-heal"] : []),
  ].join(", ");
}

function lastSync(last: Application["status"]["history"][number] | undefined, now: Instant): string {
  if (last === undefined) return "never";
  const by = last.initiatedBy?.automated === true ? "by itself" : last.initiatedBy?.username;
  return `${ageOf(last.deployedAt, now) ?? "?"} ago${by === undefined ? "" : `, ${by}`}`;
}

function health({ health: { status, lastTransitionTime } }: Application["status"], now: Instant): string {
  const since = ageOf(lastTransitionTime, now);
  return status === "Healthy" || since === undefined ? status : `${status} for ${since}`;
}

/** Health by Argo CD's words: docs/operator-manual/health.md. */
function markOf({ sync, health: { status: health }, operationState, conditions }: Application["status"]): Mark {
  if (["Degraded", "Missing"].includes(health) || ["Failed", "Error"].includes(operationState?.phase ?? ""))
    return "bad";
  if (sync.status === "OutOfSync" || conditions.some(({ type }) => type.endsWith("Error"))) return "bad";
  if (sync.status === "Unknown" || health === "Unknown") return "unknown";
  return health === "Healthy" ? "good" : "warn";
}

function reason(
  object: KubeObject,
  status: Application["status"],
  live: LiveCluster,
  now: Instant,
): Pick<Row, "why" | "next"> {
  const { name } = object.metadata;
  const words = [
    status.health.message,
    ...status.conditions.filter(({ type }) => type.endsWith("Error")).map(({ message }) => message),
    ["Failed", "Error"].includes(status.operationState?.phase ?? "") ? status.operationState?.message : undefined,
    status.sync.status === "OutOfSync" ? driftWords(status, live, now) : undefined,
    status.sync.status === "Unknown"
      ? "Argo CD has not compared it: its controller or the repository may be away."
      : undefined,
  ].filter((text) => text !== undefined && text !== "");
  const drifted = status.sync.status === "OutOfSync";
  const next = drifted
    ? `\`argocd app diff ${name}\`: bring what is meant to stay into Git, then \`argocd app sync ${name}\`.`
    : `\`argocd app get ${name}\` and the pods below.`;
  return { ...(words.length === 0 ? {} : { why: words.join(" ").slice(0, 600) }), next };
}

/** Who changed what is out of sync, and when: the newest writer of each object that is not Argo CD or a controller of the cluster. */
function driftWords({ history, sync, resources }: Application["status"], live: LiveCluster, now: Instant): string {
  const last = history.at(-1);
  const moved = last?.revision !== undefined && sync.revision !== undefined && last.revision !== sync.revision;
  const out = resources.filter((one) => one.status === "OutOfSync");
  const hands = out.flatMap((one) => handWords(one, live, last?.deployedAt ?? "", now));
  const names = out.slice(0, 5).map(({ kind, name }) => `${kind} ${name}`);
  const parts = [
    ...(moved ? [`Git moved on since the last sync (${short(last.revision)} → ${short(sync.revision)}).`] : []),
    ...(names.length > 0 ? [`Out of sync: ${names.join(", ")}${out.length > 5 ? " …" : ""}.`] : []),
    ...(hands.length > 0 ? [`${hands.join("; ")}.`] : []),
  ];
  return parts.length === 0 ? "Argo CD does not say which objects differ." : parts.join(" ");
}

type Resource = Application["status"]["resources"][number];

/** The newest writer of an object besides Argo CD and the cluster: a tool of people, or anyone after the last sync. */
function handWords(one: Resource, live: LiveCluster, syncedAt: string, now: Instant): readonly string[] {
  const found = liveObject(one, live);
  const writers = found === undefined ? [] : allWriters(found);
  const writer = writers.find(({ manager }) => !isArgocd(manager) && !isCluster(manager));
  if (writer === undefined || !(writer.hand || (writer.at ?? "") > syncedAt)) return [];
  return [`${one.kind} ${one.name} written by ${writer.manager} ${ageOf(writer.at, now) ?? "?"} ago`];
}

/** The cluster's own controllers write to everything. */
function isCluster(manager: string): boolean {
  return /^(?:kube-controller-manager|kube-scheduler|kubelet|kube-apiserver|cloud-controller-manager)$/.test(manager);
}

function liveObject(one: Resource, live: LiveCluster): KubeObject | undefined {
  const apiVersion = one.group === undefined || one.group === "" ? one.version : `${one.group}/${one.version}`;
  return live
    .ofKind(apiVersion, one.kind)
    ?.find(({ metadata }) => metadata.name === one.name && (one.namespace ?? "") === (metadata.namespace ?? ""));
}

function short(revision: string | undefined): string {
  return /^[0-9a-f]{40}$/.test(revision ?? "") ? (revision ?? "").slice(0, 8) : (revision ?? "?");
}
