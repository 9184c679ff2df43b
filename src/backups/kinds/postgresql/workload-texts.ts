import * as z from "zod";
import { SystemError } from "../../../kernel/errors.ts";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import { podOf, saidBy } from "../pod.ts";

/** Something a workload is configured by. */
export interface ConfiguredText {
  /** For a person: `mlflow-0, MLFLOW_BACKEND_STORE_URI`. */
  readonly where: string;
  readonly text: string;
}

export interface WorkloadTexts {
  readonly texts: readonly ConfiguredText[];
  /** What could not be read, for a person. */
  readonly unread: readonly string[];
}

const Ref = z.object({ name: z.string().optional() }).optional();
const Container = z.object({
  name: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.object({ configMapKeyRef: Ref, secretKeyRef: Ref }).optional(),
      }),
    )
    .default([]),
  envFrom: z.array(z.object({ configMapRef: Ref, secretRef: Ref })).default([]),
});
const Source = z.object({
  configMap: Ref,
  secret: z.object({ secretName: z.string().optional(), name: z.string().optional() }).optional(),
});
const Spec = z.object({
  spec: z.object({
    containers: z.array(Container).default([]),
    volumes: z
      .array(Source.extend({ projected: z.object({ sources: z.array(Source).default([]) }).optional() }))
      .default([]),
  }),
});

/** Kubernetes tells every container of every Service of its namespace (kubernetes.io/docs/concepts/services-networking/service). */
const ofServices = /_SERVICE_HOST$|_SERVICE_PORT(?:_|$)|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?$/;

/** A pod's arguments, the files that it mounts from ConfigMaps and Secrets, and its environment as the manifest has it. */
export async function declaredTexts(pod: KubeObject, cluster: KubeWriter): Promise<WorkloadTexts> {
  const { spec } = Spec.parse(pod);
  const own = spec.containers.flatMap(({ name, command, args, env }) => [
    { where: `${pod.metadata.name}, arguments of ${name}`, text: [...command, ...args].join(" ") },
    ...env.map((one) => ({ where: `${pod.metadata.name}, ${one.name}`, text: one.value ?? "" })),
  ]);
  const sources = spec.volumes.flatMap(({ projected, ...volume }) => [volume, ...(projected?.sources ?? [])]);
  const maps = [
    ...spec.containers.flatMap(({ envFrom }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
    ...spec.containers.flatMap(({ env }) => env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name)),
    ...sources.map(({ configMap }) => configMap?.name),
  ];
  const secrets = [
    ...spec.containers.flatMap(({ envFrom }) => envFrom.map(({ secretRef }) => secretRef?.name)),
    ...spec.containers.flatMap(({ env }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name)),
    ...sources.map(({ secret }) => secret?.secretName ?? secret?.name),
  ];
  const read = await Promise.all([
    ...named(maps).map((name) => objectTexts(pod, "configmaps", name, cluster)),
    ...named(secrets).map((name) => objectTexts(pod, "secrets", name, cluster)),
  ]);
  return { texts: [...own, ...read.flatMap(({ texts }) => texts)], unread: read.flatMap(({ unread }) => unread) };
}

function named(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}

const Data = z.object({ data: z.record(z.string(), z.string()).nullish() });

async function objectTexts(
  { metadata }: KubeObject,
  plural: "configmaps" | "secrets",
  name: string,
  cluster: KubeWriter,
): Promise<WorkloadTexts> {
  const found = await cluster.get({ apiVersion: "v1", plural, namespace: metadata.namespace, name });
  const where = `${metadata.name}, ${plural === "secrets" ? "Secret" : "ConfigMap"} ${name}`;
  if (found.kind === "unknown") return { texts: [], unread: [`${where}: ${found.why}`] };
  if (found.kind === "absent") return { texts: [], unread: [] };
  const data = Object.values(Data.parse(found.value).data ?? {});
  const decoded = plural === "secrets" ? data.map((value) => Buffer.from(value, "base64").toString("utf8")) : data;
  return { texts: decoded.map((text) => ({ where, text })), unread: [] };
}

/**
 * The environment that a pod's programs really have, with what Secrets and the image put there. It is looked through and forgotten.
 */
export async function livingTexts(pod: KubeObject, cluster: KubeWriter, signal: AbortSignal): Promise<WorkloadTexts> {
  const texts: ConfiguredText[] = [];
  const unread: string[] = [];
  for (const { name } of Spec.parse(pod).spec.containers)
    try {
      const said = await saidBy(podOf(pod, name, cluster), ["cat", "/proc/1/environ"], { signal });
      for (const [, variable = "", text = ""] of said.matchAll(/([^=\0]+)=([^\0]*)/g))
        if (!ofServices.test(variable)) texts.push({ where: `${pod.metadata.name}, ${variable}`, text });
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || signal.aborted) throw thrown;
      unread.push(`${pod.metadata.name}, environment of ${name}: ${thrown.message}`);
    }
  return { texts, unread };
}
