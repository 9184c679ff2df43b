import * as z from "zod";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeList, KubeObject, KubeType, KubeWriter } from "../../../kernel/kube.ts";
import type { PodSelector } from "../../../platform/backup-stores.ts";
import { containerOf } from "../pod.ts";

/** What of a pod's description we read; all else of it that a stand-in needs is copied as it is. */
const Spec = z.looseObject({
  containers: z.array(
    z.looseObject({
      name: z.string(),
      image: z.string(),
      volumeMounts: z
        .array(z.looseObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) }))
        .default([]),
    }),
  ),
  volumes: z
    .array(
      z.looseObject({
        name: z.string(),
        persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
      }),
    )
    .default([]),
});
export type PodSpec = z.infer<typeof Spec>;
type Container = PodSpec["containers"][number];

const Workload = z.object({
  spec: z.object({
    template: z.object({
      metadata: z
        .object({ labels: z.record(z.string(), z.string()).default({}), annotations: z.record(z.string(), z.string()) })
        .partial()
        .default({}),
      spec: Spec,
    }),
    volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })).default([]),
  }),
});

/** Where an application's files lie, read off the workload whose pods it runs in. */
export interface Volumes {
  /** As a fence names it: `deployment mlflow/mlflow`. */
  readonly workload: string;
  readonly namespace: string;
  readonly spec: PodSpec;
  readonly container: Container;
  /** Its mounts on which the paths lie, and by the names of their volumes the claims; with those that are empty, for scratch. */
  readonly mounts: Container["volumeMounts"];
  readonly empty: PodSpec["volumes"];
  readonly claims: ReadonlyMap<string, string>;
}

const kinds = [
  ["deployments", "deployment"],
  ["statefulsets", "statefulset"],
] as const;

/** Throws `InputError` where no one workload has the pods, or a path lies on nothing that outlives its pod or, to write, is read only. */
export async function volumesOf(
  selector: PodSelector,
  paths: readonly string[],
  cluster: KubeWriter,
  use: "read" | "write",
): Promise<Volumes> {
  const { namespace } = selector;
  const { workload, name, template, claimTemplates } = await templateOf(selector, cluster);
  const container = containerOf(selector, template.metadata.annotations, template.spec);
  if (container === undefined) throw new InputError(`the ${workload} has no container ${selector.container ?? ""}`);
  const claimed = new Map([
    ...template.spec.volumes.flatMap(({ name: volume, persistentVolumeClaim: claim }) =>
      claim === undefined ? [] : [[volume, claim.claimName] as const],
    ),
    // Its first pod's, from which backups are taken.
    ...claimTemplates.map((claim) => [claim, `${claim}-${name}-0`] as const),
  ]);
  const mounts = new Set(paths.map((path) => mountOf(path, container, claimed)));
  const readOnly = use === "write" ? [...mounts].find((mount) => mount.readOnly) : undefined;
  if (readOnly !== undefined) throw new InputError(`${readOnly.mountPath} is mounted to be read only`);
  const used = new Set([...mounts].map((mount) => mount.name));
  const empty = template.spec.volumes.filter((volume) => "emptyDir" in volume);
  const scratch = container.volumeMounts.filter((mount) => empty.some((volume) => volume.name === mount.name));
  return {
    workload,
    namespace,
    container,
    empty,
    spec: template.spec,
    mounts: [...mounts, ...scratch],
    claims: new Map([...claimed].filter(([volume]) => used.has(volume))),
  };
}

async function templateOf({ namespace, labels }: PodSelector, cluster: KubeWriter) {
  const wanted = pairsIn(labels);
  const found: {
    readonly kind: string;
    readonly name: string;
    readonly spec: z.infer<typeof Workload>["spec"];
  }[] = [];
  for (const [plural, kind] of kinds)
    for (const object of (await listed({ apiVersion: "apps/v1", plural }, namespace, cluster)).items) {
      const { data } = Workload.safeParse(object);
      const own = data?.spec.template.metadata.labels ?? {};
      if (data !== undefined && wanted.every(([label, value]) => own[label] === value))
        found.push({ kind, name: object.metadata.name, spec: data.spec });
    }
  const [one, second] = found;
  if (one === undefined || second !== undefined) {
    const many = one === undefined ? "no Deployment or StatefulSet" : "more than one workload";
    throw new InputError(
      `${many} in ${namespace} has pods of ${labels}: it takes exactly one, whose volumes are used while it is down`,
    );
  }
  const { kind, name, spec } = one;
  const claimTemplates = spec.volumeClaimTemplates.map(({ metadata }) => metadata.name);
  return { workload: `${kind} ${namespace}/${name}`, name, template: spec.template, claimTemplates };
}

function mountOf(
  path: string,
  { volumeMounts }: Container,
  claimed: ReadonlyMap<string, string>,
): Container["volumeMounts"][number] {
  const holding = volumeMounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/+$/, "")}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  const [mount] = holding;
  if (mount === undefined || !claimed.has(mount.name))
    throw new InputError(`${path} lies on no volume claim: what is there goes with its pod`);
  return mount;
}

const Pod = z.object({ spec: Spec.pick({ volumes: true }), status: z.object({ phase: z.string() }).partial() });

/** Pods that have the claims, those that have ended too. */
export async function podsOn({ namespace, claims }: Volumes, cluster: KubeWriter): Promise<readonly KubeObject[]> {
  const names = new Set(claims.values());
  return (await listed({ apiVersion: "v1", plural: "pods" }, namespace, cluster)).items.filter((object) =>
    Pod.safeParse(object).data?.spec.volumes.some((one) => names.has(one.persistentVolumeClaim?.claimName ?? "")),
  );
}

/** Whether a pod uses its claims no more. */
export function hasEnded(object: KubeObject): boolean {
  const phase = Pod.safeParse(object).data?.status.phase;
  return phase === "Succeeded" || phase === "Failed";
}

async function listed(type: KubeType, namespace: string, cluster: KubeWriter): Promise<KubeList> {
  const found = await cluster.list(type, { namespace });
  if (found.kind === "known") return found.value;
  if (found.kind === "absent") return { items: [], resourceVersion: "" };
  throw new SystemError(`${type.plural} of ${namespace}: ${found.why} ${found.howToLearn}`, "stop");
}

function pairsIn(labels: string): readonly (readonly [string, string])[] {
  return labels.split(",").map((pair) => {
    const [, label, value] = /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(pair) ?? [];
    if (label === undefined || value === undefined)
      throw new InputError(`the pods of what is down are named by labels like app=mlflow alone, not ${labels}`);
    return [label, value] as const;
  });
}
