import * as z from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { KubeName, KubeObject, KubeWriter, KubeWritten } from "../../kernel/kube.ts";
import type { Fence } from "../../platform/server-backups.ts";
import { type FencePart, Mark } from "./part.ts";

/** Holds a mark as JSON. */
const annotation = "millwright.dev/fence";
const fieldManager = "millwright-fence";

const Workload = z.object({
  metadata: z.object({ resourceVersion: z.string(), generation: z.number().optional() }),
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
  }),
});

type Workload = z.infer<typeof Workload>;

type Target = Fence["scaleDown"][number];

/**
 * A Deployment or StatefulSet that is scaled to nothing. Replicas and mark are written by one patch, bound to what was read: there
 * is no moment in which it is scaled down and nobody knows how it was.
 */
export class WorkloadPart implements FencePart {
  readonly name: string;
  readonly #target: KubeName;
  readonly #cluster: KubeWriter;
  /** How often what is wanted of it had been changed when it was held. */
  #held: number | undefined;

  constructor({ namespace, name, kind }: Target, cluster: KubeWriter) {
    this.name = `${kind} ${namespace}/${name}`;
    this.#target = { apiVersion: "apps/v1", plural: `${kind}s`, namespace, name };
    this.#cluster = cluster;
  }

  async mark(): Promise<Mark | undefined> {
    return markOf((await this.#read()).object);
  }

  async hold(by: string, now: Instant): Promise<void> {
    const after = await this.#patch((object) => {
      const mark = markOf(object);
      if (mark !== undefined && mark.by !== by) throw new SystemError(`${mark.by} holds the ${this.name}`, "retry");
      const was = mark?.was ?? String(Workload.parse(object).spec.replicas);
      return { metadata: marked({ by, at: now, was }), spec: { replicas: 0 } };
    });
    this.#held = after?.metadata.generation;
  }

  async waitingFor(): Promise<string | undefined> {
    const { is } = await this.#read();
    const labels = Object.entries(is.spec.selector.matchLabels).map((pair) => pair.join("="));
    const selection = { namespace: this.#target.namespace, labels: labels.join(",") };
    const pods = await this.#cluster.list({ apiVersion: "v1", plural: "pods" }, selection);
    if (pods.kind === "unknown")
      throw new SystemError(`the pods of the ${this.name} cannot be listed: ${pods.why}`, "stop");
    // Those that are ending may still write.
    const left = pods.kind === "known" ? pods.value.items.filter((pod) => !hasEnded(pod)) : [];
    if (left.length === 0) return undefined;
    return `the ${this.name} has pods yet: ${left.map((pod) => pod.metadata.name).join(", ")}`;
  }

  async renew(now: Instant): Promise<void> {
    await this.#patch((object) => {
      const mark = markOf(object);
      return mark === undefined ? undefined : { metadata: marked({ ...mark, at: now }) };
    });
  }

  async broken(): Promise<string | undefined> {
    const { object, is } = await this.#read();
    if (markOf(object) === undefined) return `somebody took the mark off the ${this.name}`;
    // Counts every change of what is wanted: also one that was taken back.
    return is.spec.replicas === 0 && is.metadata.generation === this.#held
      ? undefined
      : `somebody changed the ${this.name} meanwhile (does Argo CD heal it?)`;
  }

  async giveBack(by: string): Promise<void> {
    await this.#patch((object) => {
      const mark = markOf(object);
      if (mark?.by !== by) return undefined;
      return { metadata: { annotations: { [annotation]: null } }, spec: { replicas: Number(mark.was) } };
    });
  }

  async #read(): Promise<{ readonly object: KubeObject; readonly is: Workload }> {
    const fact = await this.#cluster.get(this.#target);
    switch (fact.kind) {
      case "absent":
        throw new InputError(`the fence names the ${this.name}, which is not in the cluster`);
      case "unknown":
        throw new SystemError(`the ${this.name} cannot be read: ${fact.why}. ${fact.howToLearn}`, "stop");
      case "known":
        return { object: fact.value, is: Workload.parse(fact.value) };
    }
  }

  /** Patches what was read just now, and says what it is then; a conflict is read and tried again some times. */
  async #patch(
    make: (object: KubeObject) => Readonly<Record<string, unknown>> | undefined,
  ): Promise<Workload | undefined> {
    let said = "";
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { object, is } = await this.#read();
      const change = make(object);
      if (change === undefined) return undefined;
      const { resourceVersion } = is.metadata;
      const written = await this.#cluster.mergePatch(this.#target, change, { fieldManager, resourceVersion });
      if (written.kind === "written") return Workload.parse(written.object);
      said = refusal(written);
      if (written.kind !== "conflict") break;
    }
    throw new SystemError(`the ${this.name} cannot be changed: ${said}`, "stop");
  }
}

function marked(mark: Mark): Readonly<Record<string, unknown>> {
  return { annotations: { [annotation]: JSON.stringify(mark) } };
}

/** The mark that a workload carries; undefined: nobody holds it. */
export function markOf({ metadata }: KubeObject): Mark | undefined {
  const text = metadata.annotations?.[annotation];
  if (text === undefined) return undefined;
  try {
    return Mark.parse(JSON.parse(text));
  } catch (thrown) {
    throw new SystemError(
      `the annotation ${annotation} of ${metadata.namespace ?? ""}/${metadata.name} is not readable: scale it by hand and remove the annotation`,
      "stop",
      { cause: thrown },
    );
  }
}

function hasEnded({ status }: KubeObject): boolean {
  const { data } = z.object({ phase: z.string() }).safeParse(status);
  return data?.phase === "Succeeded" || data?.phase === "Failed";
}

function refusal(written: Exclude<KubeWritten, { readonly kind: "written" }>): string {
  return written.kind === "refused" ? `${written.why}. ${written.howToLearn}` : written.why;
}
