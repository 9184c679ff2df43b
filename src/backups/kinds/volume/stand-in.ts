import { hash } from "node:crypto";
import * as z from "zod";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { KubeName, KubeObject, KubeType, KubeWriter } from "../../../kernel/kube.ts";
import type { PodSelector } from "../../../platform/backup-stores.ts";
import type { Restoring } from "../../restore/contract.ts";
import { isReady } from "../pod.ts";
import { hasEnded, podsOn, type Volumes } from "./workload.ts";

/*
 * While an application is down its pods are gone, and with them what could be run beside its files. A stand-in has its image and its
 * volumes, and only waits: programs are run in it. It bears none of the application's labels, so that no Service leads to it and no
 * controller takes it for its own.
 */

export interface StandIn {
  /** How its one pod is found. */
  readonly pod: PodSelector;
  /** What is left to do by hand, if anything. Throws nothing. */
  readonly release: () => Promise<readonly string[]>;
}

const pods: KubeType = { apiVersion: "v1", plural: "pods" };
const label = "millwright.dev/stand-in";
const storeLabel = "millwright.dev/store";
/** Of all stand-ins of one run: stores that lie on one claim are held together. */
const runLabel = "millwright.dev/run";

/** One that was just let go is still ending. */
const goneMillis = 60_000;
const lookMillis = 500;

/** A volume may have to be fetched to its node first. */
const readyMillis = 5 * 60_000;
/** One that nobody takes away ends by itself. */
const longestSeconds = 24 * 3600;

export interface StandInFor {
  readonly store: { readonly component: string; readonly store: string };
  readonly volumes: Volumes;
  readonly purpose: "backup" | "restore";
}

type Lent = Pick<Restoring, "id" | "cluster" | "down" | "progress" | "signal">;

/** Throws `InputError` while a pod that may live and is not of this run uses the volumes, and then nothing was done. */
export async function standIn({ store, volumes, purpose }: StandInFor, lent: Lent): Promise<StandIn> {
  const cluster = await lent.cluster();
  const of = hash("sha256", `${store.component}/${store.store}`).slice(0, 12);
  const name = `millwright-${purpose}-${hash("sha256", `${lent.id} ${of}`).slice(0, 12)}`;
  const own: Own = { name, of, run: hash("sha256", lent.id).slice(0, 12) };
  const node = await refuseUse(volumes, own, cluster, lent);
  const { namespace } = volumes;
  const at: KubeName = { ...pods, namespace, name };
  const made = await cluster.create(pods, described(volumes, own, node), { fieldManager: `millwright-${purpose}` });
  if (made.kind === "refused" || made.kind === "absent")
    throw new SystemError(`a pod beside the files of the ${volumes.workload} cannot be made: ${made.why}`, "stop");
  const release = (): Promise<readonly string[]> => remove(at, cluster);
  try {
    lent.progress(`waiting for ${namespace}/${name}, which has the volumes of the ${volumes.workload}`);
    await untilReady(at, cluster, lent.signal);
  } catch (thrown) {
    const left = await release();
    throw left.length === 0
      ? thrown
      : new SystemError(`${messageOf(thrown)}; ${left.join("; ")}`, "stop", { cause: thrown });
  }
  return { pod: { namespace, labels: `${label}=${name}`, container: volumes.container.name }, release };
}

/** Whether a pod is one: its application is down. */
export function isStandIn({ metadata }: KubeObject): boolean {
  return metadata.labels?.[label] !== undefined;
}

/** What one is told from the others by. */
interface Own {
  readonly name: string;
  /** The store. */
  readonly of: string;
  readonly run: string;
}

/**
 * What a run that was killed left is taken away, whatever store it was for: a workload that our fence holds down is held by nobody
 * else. So is one of an earlier attempt of this run that has ended: it would never be ready again. Gives the node of those that this run has on the volumes already: a claim that is ReadWriteOnce is of one node at a time.
 */
async function refuseUse(
  volumes: Volumes,
  { of, run }: Own,
  cluster: KubeWriter,
  { down = [], progress, signal }: Lent,
): Promise<string | undefined> {
  const there = await settled(volumes, cluster, signal);
  const isFenced = down.includes(volumes.workload);
  const isLeft = (pod: KubeObject): boolean => isStandIn(pod) && (isFenced || pod.metadata.labels?.[storeLabel] === of);
  const isOfRun = ({ metadata }: KubeObject): boolean => metadata.labels?.[runLabel] === run;
  const left = there.filter((pod) => isLeft(pod) && (hasEnded(pod) || !isOfRun(pod)));
  const users = there.filter((pod) => !hasEnded(pod) && !left.includes(pod));
  const others = users.filter((pod) => !isOfRun(pod)).map(({ metadata }) => metadata.name);
  if (others.length > 0)
    throw new InputError(
      `the volume is in use by ${others.join(", ")}: all that use it have to be down meanwhile, the ${volumes.workload} under fence.scaleDown`,
    );
  for (const { metadata } of left) {
    progress(`taking away ${metadata.name}, which a run that was killed left`);
    const failed = await remove({ ...pods, namespace: volumes.namespace, name: metadata.name }, cluster);
    if (failed.length > 0) throw new SystemError(failed.join("; "), "stop");
  }
  if (left.length > 0) await settled(volumes, cluster, signal);
  return nodeOf(users.filter(isOfRun));
}

/** The pods on the volumes, when no stand-in is ending any more; those that take very long are among them. */
async function settled(volumes: Volumes, cluster: KubeWriter, signal: AbortSignal): Promise<readonly KubeObject[]> {
  for (let waited = 0; ; waited += lookMillis) {
    const there = await podsOn(volumes, cluster);
    const isEnding = there.some((pod) => isStandIn(pod) && pod.metadata.deletionTimestamp !== undefined);
    if (!isEnding || waited >= goneMillis) return there;
    if (signal.aborted) throw new SystemError("it was broken off while it waited for a pod to end", "stop");
    await new Promise((done) => setTimeout(done, lookMillis));
  }
}

const Placed = z.object({ spec: z.object({ nodeName: z.string().min(1) }) });

function nodeOf(found: readonly KubeObject[]): string | undefined {
  return found.map((pod) => Placed.safeParse(pod).data?.spec.nodeName).find((node) => node !== undefined);
}

const waiting = "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done";

function described(
  { namespace, spec, container, mounts, claims, empty }: Volumes,
  { name, of, run }: Own,
  nodeName: string | undefined,
): KubeObject {
  const same = [
    "nodeSelector",
    "tolerations",
    "imagePullSecrets",
    "serviceAccountName",
    "securityContext",
    "runtimeClassName",
  ];
  const kept = Object.fromEntries(same.flatMap((field) => (field in spec ? [[field, spec[field]]] : [])));
  const { image, securityContext, resources } = container;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { [label]: name, [storeLabel]: of, [runLabel]: run } },
    spec: {
      ...kept,
      ...(nodeName === undefined ? {} : { nodeName }),
      automountServiceAccountToken: false,
      restartPolicy: "Never",
      activeDeadlineSeconds: longestSeconds,
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: container.name,
          image,
          command: ["sh", "-c", waiting],
          volumeMounts: mounts,
          ...(securityContext === undefined ? {} : { securityContext }),
          ...(resources === undefined ? {} : { resources }),
        },
      ],
      volumes: [
        ...[...claims].map(([volume, claimName]) => ({ name: volume, persistentVolumeClaim: { claimName } })),
        ...empty,
      ],
    },
  };
}

async function untilReady(at: KubeName, cluster: KubeWriter, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(readyMillis);
  const { namespace = "", name } = at;
  const events = cluster.watch(pods, { namespace, labels: `${label}=${name}` }, AbortSignal.any([signal, late]));
  for await (const event of events) {
    const seen = event.kind === "listed" ? event.items : event.kind === "bookmark" ? [] : [event.object];
    if (event.kind !== "deleted" && seen.some(isReady)) return;
  }
  if (signal.aborted) throw new SystemError("it was broken off while it waited for a pod", "stop");
  throw new SystemError(
    `${namespace}/${name} is not ready after ${readyMillis / 60_000} minutes: kubectl describe pod -n ${namespace} ${name}`,
    "retry",
  );
}

async function remove(at: KubeName, cluster: KubeWriter): Promise<readonly string[]> {
  const byHand = `the pod ${at.namespace}/${at.name} is left: delete it`;
  try {
    const gone = await cluster.delete(at);
    return gone.kind === "written" || gone.kind === "absent" ? [] : [`${byHand} (${gone.why})`];
  } catch (thrown) {
    return [`${byHand} (${messageOf(thrown)})`];
  }
}
