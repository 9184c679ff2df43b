import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeObject, KubeType, KubeWriter } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import { byText } from "../../firsts.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { type KubernetesBody, objectsFile, sealingKeyLabel } from "./body.ts";
import { digestOfLine, lineOf } from "./line.ts";
import { type NamedValues, valuesOf } from "./values.ts";
import { type ReadValues, readValues } from "./values-from-git.ts";
import { tellsLogin } from "./values-logins.ts";

/** Takes objects as the API server has them, page by page, and the values that Applications take from Git. */
export async function take(config: KubernetesStore, taking: Taking): Promise<Taken<KubernetesBody>> {
  const cluster = await taking.cluster();
  const takenAt = taking.clock.now();
  const objects = new Selected(config, cluster, taking);
  const values: KubernetesBody["values"] = [];
  await taking.storePart(objectsFile, lines(objects, values, config.mirrors ?? {}, taking));
  const { version } = await cluster.discovery();
  return {
    takenAt,
    versions: { kubernetes: version },
    body: {
      server: version,
      namespaces: config.namespaces,
      objects: objects.kept,
      notServed: [...objects.notServed],
      values,
    },
  };
}

/** A line for each object, and behind them one for each values file, of which `values` hears. */
async function* lines(
  objects: Selected,
  values: KubernetesBody["values"],
  mirrors: NonNullable<KubernetesStore["mirrors"]>,
  taking: Taking,
): AsyncGenerator<Uint8Array> {
  yield* objects.lines();
  for (const one of await readValues(objects.named, objects.logins, mirrors, taking)) {
    const { application, repository, revision, file, sha256, note } = one;
    values.push({ application, repository, revision, file, sha256, note });
    yield Buffer.from(`${valuesLine(one)}\n`);
  }
}

/** A values file among the objects, as a ConfigMap would hold it: it comes back with the same tools. */
function valuesLine({ text, ...one }: ReadValues): string {
  return JSON.stringify({ kind: "GitValues", ...one, text });
}

/** What is selected, each object once; of each its name and digest are held, and a page of them whole. */
class Selected {
  readonly kept: KubernetesBody["objects"] = [];
  readonly notServed = new Set<string>();
  /** Values files that its Applications name. */
  readonly named: NamedValues[] = [];
  /** What says how their repositories are got into. */
  readonly logins: KubeObject[] = [];
  readonly #config: KubernetesStore;
  readonly #cluster: KubeWriter;
  readonly #taking: Pick<Taking, "progress" | "signal">;
  readonly #seen = new Set<string>();

  constructor(config: KubernetesStore, cluster: KubeWriter, taking: Pick<Taking, "progress" | "signal">) {
    this.#config = config;
    this.#cluster = cluster;
    this.#taking = taking;
  }

  /** Throws `InputError` at the end where there was none. */
  async *lines(): AsyncGenerator<Uint8Array> {
    const { selections, namespaces } = this.#config;
    for (const { labels, ...type } of selections.toSorted((a, b) => byText(typeOf(a), typeOf(b)))) {
      this.#taking.progress(`reading ${type.plural} of ${namespaces.join(", ")}`);
      for (const namespace of namespaces.toSorted())
        for await (const page of this.#pages(type, { namespace, labels })) yield* this.#linesOf(page);
    }
    yield* this.#sealingKeys();
    if (this.kept.length === 0)
      throw new InputError(
        `there is nothing of what was selected in ${namespaces.join(", ")}: are these the namespaces?`,
      );
  }

  /** Throws where the account may not look: what is not seen is not backed up. */
  async *#pages(
    type: KubeType,
    selection: { readonly namespace: string; readonly labels: string | undefined },
  ): AsyncGenerator<readonly KubeObject[]> {
    for await (const page of this.#cluster.pages(type, selection)) {
      if (this.#taking.signal.aborted) throw new SystemError("the backup was broken off", "stop");
      switch (page.kind) {
        case "known":
          yield page.value.items;
          break;
        case "absent":
          this.notServed.add(`${type.plural}.${type.apiVersion}`);
          break;
        case "unknown":
          throw new SystemError(`${page.why} ${page.howToLearn}`, "stop");
      }
    }
  }

  /** Those of other namespaces too, as far as the account may see them: without one no SealedSecret opens again. */
  async *#sealingKeys(): AsyncGenerator<Uint8Array> {
    for await (const page of this.#cluster.pages({ apiVersion: "v1", plural: "secrets" }, { labels: sealingKeyLabel }))
      if (page.kind === "known") yield* this.#linesOf(page.value.items);
  }

  *#linesOf(objects: readonly KubeObject[]): Generator<Uint8Array> {
    const fresh: string[] = [];
    for (const object of objects) {
      const { apiVersion, kind, metadata } = object;
      const key = [apiVersion, kind, metadata.namespace ?? "", metadata.name].join("\u0001");
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const line = lineOf(object);
      this.kept.push({
        apiVersion,
        kind,
        namespace: metadata.namespace,
        name: metadata.name,
        sha256: digestOfLine(line),
      });
      if (kind === "Application") this.named.push(...valuesOf(object));
      if (tellsLogin(object)) this.logins.push(object);
      fresh.push(`${line}\n`);
    }
    if (fresh.length > 0) yield Buffer.from(fresh.join(""));
  }
}

function typeOf({ apiVersion, plural }: KubeType): string {
  return `${apiVersion}/${plural}`;
}
