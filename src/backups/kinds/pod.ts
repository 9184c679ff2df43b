import * as z from "zod";
import { SystemError } from "../../kernel/errors.ts";
import type { KubeObject, KubeStream, KubeStreamOptions, KubeWriter } from "../../kernel/kube.ts";
import type { PodSelector } from "../../platform/backup-stores.ts";

/** A pod in which a backup's programs run; all of one backup run in the same. */
export interface Pod {
  /** `namespace/name`. */
  readonly label: string;
  readonly object: KubeObject;
  readonly container: string | undefined;
  /** Throws `SystemError` when the pod is gone or the right is missing. */
  start(command: readonly string[], options?: Omit<KubeStreamOptions, "container" | "command">): Promise<KubeStream>;
}

const PodFields = z.object({
  spec: z.object({ containers: z.array(z.object({ name: z.string() })).default([]) }).default({ containers: [] }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .default({ conditions: [] }),
});

/** As kubectl chooses (kubernetes.io/docs/reference/labels-annotations-taints, "kubectl.kubernetes.io/default-container"). */
const defaultContainer = "kubectl.kubernetes.io/default-container";

/** The first pod by name that is ready among those of the selector's labels. Throws `SystemError`, to be tried again, where none is. */
export async function findPod(selector: PodSelector, cluster: KubeWriter): Promise<Pod> {
  const { namespace, labels } = selector;
  const where = `${labels} in ${namespace}`;
  const listed = await cluster.list({ apiVersion: "v1", plural: "pods" }, { namespace, labels });
  if (listed.kind === "unknown") throw new SystemError(`${listed.why} ${listed.howToLearn}`, "stop");
  const pods = listed.kind === "known" ? listed.value.items : [];
  const ready = pods.filter(isReady).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const [object] = ready;
  if (object === undefined)
    throw new SystemError(
      `no pod of ${where} is ready (${pods.length} are there): look at them, then try again`,
      "retry",
    );
  const container =
    selector.container ?? containerOf(selector, object.metadata.annotations, PodFields.parse(object).spec)?.name;
  return podOf(object, container, cluster);
}

/** The container that a selector means; undefined where there is none of that name. */
export function containerOf<One extends { readonly name: string }>(
  selector: PodSelector,
  annotations: Readonly<Record<string, string>> | undefined,
  { containers }: { readonly containers: readonly One[] },
): One | undefined {
  const wanted = selector.container ?? annotations?.[defaultContainer];
  return wanted === undefined ? containers[0] : containers.find(({ name }) => name === wanted);
}

/** A container of a pod that was found already. */
export function podOf(object: KubeObject, container: string | undefined, cluster: KubeWriter): Pod {
  const { name, namespace = "default" } = object.metadata;
  const label = `${namespace}/${name}`;
  return {
    label,
    object,
    container,
    async start(command, options) {
      const started = await cluster.execStream({ namespace, name }, { ...options, container, command });
      switch (started.kind) {
        case "known":
          return started.value;
        case "absent":
          throw new SystemError(`the pod ${label} is gone; try again when its successor is ready`, "retry");
        case "unknown":
          throw new SystemError(`${started.why} ${started.howToLearn}`, "stop");
      }
    },
  };
}

export function isReady(object: KubeObject): boolean {
  const { conditions } = PodFields.parse(object).status;
  const isGoing = object.metadata.deletionTimestamp !== undefined;
  return !isGoing && conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

type StartOptions = Parameters<Pod["start"]>[1];

/** What a program prints; throws `SystemError` at its end when it did not end well, and is cut off when the reader stops. */
export async function* printedBy(
  pod: Pod,
  command: readonly string[],
  options?: StartOptions,
): AsyncGenerator<Uint8Array> {
  const running = await pod.start(command, options);
  let whole = false;
  try {
    yield* running.output;
    refuseBadEnd(pod, command, await running.ended);
    whole = true;
  } finally {
    if (!whole) running.stop();
  }
}

const mostSaid = 4_000_000;

/** The same as text, for what is short. */
export async function saidBy(pod: Pod, command: readonly string[], options?: StartOptions): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of printedBy(pod, command, options)) {
    bytes += chunk.length;
    if (bytes > mostSaid) throw new SystemError(`${programOf(command)} in ${pod.label} says more than is read`, "stop");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a program tells, or something else where the pod has none; a connection that was cut says nothing of that, and throws. */
export async function toldOr<T>(otherwise: T, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
    return otherwise;
  }
}

/** 137: killed, by a lack of memory or with its pod; 126 and 127: not in the container. */
function refuseBadEnd(
  pod: Pod,
  command: readonly string[],
  { exitCode, stderr }: { readonly exitCode: number; readonly stderr: string },
): void {
  if (exitCode === 0) return;
  const words = stderr.trim().split("\n").slice(0, 3).join("; ").slice(0, 300);
  throw new SystemError(
    `${programOf(command)} in ${pod.label} did not end well (${exitCode}): ${words === "" ? "it said nothing" : words}`,
    exitCode === 137 ? "retry" : "stop",
  );
}

/** Its name, where a shell only goes before it (`sh -c SCRIPT NAME …`). */
function programOf([program = "", flag, , name = program]: readonly string[]): string {
  return flag === "-c" ? name : program;
}

export async function* lineOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${text}\n`);
}
