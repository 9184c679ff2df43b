import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeObject, KubeType, KubeWriter } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { type KubernetesBody, objectsFile, sealingKeyLabel } from "./body.ts";
import { digestOfLine, lineOf } from "./line.ts";
import { valuesOf } from "./values.ts";
import { type ReadValues, readValues } from "./values-from-git.ts";

/** Takes objects as the API server has them, and the values that Applications take from Git. */
export async function take(config: KubernetesStore, taking: Taking): Promise<Taken<KubernetesBody>> {
  const cluster = await taking.cluster();
  const takenAt = taking.clock.now();
  const { objects, notServed } = await selected(config, cluster, taking);
  refuseNothing(objects, config);
  const lines = objects.map((object) => ({ object, line: lineOf(object) }));
  const named = objects.filter(({ kind }) => kind === "Application").flatMap(valuesOf);
  const values = await readValues(named, taking);
  await taking.storePart(objectsFile, stream([...lines.map(({ line }) => line), ...values.map(valuesLine)]));
  const { version } = await cluster.discovery();
  return {
    takenAt,
    versions: { kubernetes: version },
    body: {
      server: version,
      namespaces: config.namespaces,
      objects: lines.map(({ object: { apiVersion, kind, metadata }, line }) => ({
        apiVersion,
        kind,
        namespace: metadata.namespace,
        name: metadata.name,
        sha256: digestOfLine(line),
      })),
      notServed: [...notServed],
      values: values.map(({ application, repository, revision, file, sha256, note }) => ({
        application,
        repository,
        revision,
        file,
        sha256,
        note,
      })),
    },
  };
}

/** A values file among the objects, as a ConfigMap would hold it: it comes back with the same tools. */
function valuesLine({ text, ...one }: ReadValues): string {
  return JSON.stringify({ kind: "GitValues", ...one, text });
}

async function selected(
  { namespaces, selections }: KubernetesStore,
  cluster: KubeWriter,
  { progress, signal }: Taking,
): Promise<{ readonly objects: readonly KubeObject[]; readonly notServed: readonly string[] }> {
  const found = new Map<string, KubeObject>();
  const notServed: string[] = [];
  for (const { labels, ...type } of selections) {
    progress(`reading ${type.plural} of ${namespaces.join(", ")}`);
    for (const namespace of namespaces) {
      if (signal.aborted) throw new SystemError("the backup was broken off", "stop");
      const listed = await listOf(cluster, type, { namespace, labels });
      if (listed === undefined) notServed.push(`${type.plural}.${type.apiVersion}`);
      for (const object of listed ?? []) found.set(keyOf(object), object);
    }
  }
  for (const object of await sealingKeys(cluster)) found.set(keyOf(object), object);
  const objects = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  return { objects, notServed: [...new Set(notServed)] };
}

/** Those of other namespaces too, as far as the account may see them: without one no SealedSecret opens again. */
async function sealingKeys(cluster: KubeWriter): Promise<readonly KubeObject[]> {
  const found = await cluster.list({ apiVersion: "v1", plural: "secrets" }, { labels: sealingKeyLabel });
  return found.kind === "known" ? found.value.items : [];
}

/** Undefined where the type is not served. Throws where the account may not look: what is not seen is not backed up. */
async function listOf(
  cluster: KubeWriter,
  type: KubeType,
  selection: { readonly namespace: string; readonly labels: string | undefined },
): Promise<readonly KubeObject[] | undefined> {
  const listed = await cluster.list(type, selection);
  switch (listed.kind) {
    case "known":
      return listed.value.items;
    case "absent":
      return undefined;
    case "unknown":
      throw new SystemError(`${listed.why} ${listed.howToLearn}`, "stop");
  }
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? "", metadata.name].join("\u0001");
}

function refuseNothing(objects: readonly KubeObject[], { namespaces }: KubernetesStore): void {
  if (objects.length === 0)
    throw new InputError(
      `there is nothing of what was selected in ${namespaces.join(", ")}: are these the namespaces?`,
    );
}

async function* stream(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
