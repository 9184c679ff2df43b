import type * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import type { Fact } from "../kernel/fact.ts";
import { absent, known, unknown } from "../kernel/fact.ts";
import type { KubeDiscovery, KubeObject, KubeReader, KubeType } from "../kernel/kube.ts";
import type { Unseen } from "../reports/assess/assessment.ts";
import { type LookedAt, lookedAt } from "./types.ts";

/** A cluster as it was at one moment: every list that could be read, and why the others could not. */
export class LiveCluster {
  readonly label: string;
  readonly version: string;
  readonly #lists: ReadonlyMap<string, Fact<readonly KubeObject[]>>;

  constructor(label: string, version: string, lists: ReadonlyMap<string, Fact<readonly KubeObject[]>>) {
    this.label = label;
    this.version = version;
    this.#lists = lists;
  }

  of(type: KubeType): Fact<readonly KubeObject[]> {
    return this.#lists.get(keyOf(type)) ?? unknown(`${type.plural} were not asked for.`, "This is a mistake of ours.");
  }

  /** The objects of a type; none when there are none or they could not be read, which `unseen` tells. */
  items(type: KubeType): readonly KubeObject[] {
    const list = this.of(type);
    return list.kind === "known" ? list.value : [];
  }

  /** The objects of a type with the fields that are used of them; an object in another shape is passed over. */
  read<Schema extends z.ZodType>(
    type: KubeType,
    schema: Schema,
  ): readonly { readonly object: KubeObject; readonly value: z.infer<Schema> }[] {
    return this.items(type).flatMap((object) => {
      const parsed = schema.safeParse(object);
      return parsed.success ? [{ object, value: parsed.data }] : [];
    });
  }

  /** Those of the types that could not be read. */
  unseen(...types: readonly KubeType[]): readonly Unseen[] {
    return types.flatMap((type) => {
      const list = this.of(type);
      return list.kind === "unknown" ? [{ what: nameOf(type), why: list.why, howToLearn: list.howToLearn }] : [];
    });
  }

  /** The objects of a kind; undefined when they could not be read, none when the cluster does not serve it. */
  ofKind(apiVersion: string, kind: string): readonly KubeObject[] | undefined {
    const type = lookedAt.find((one) => one.kind === kind && groupOf(one.apiVersion) === groupOf(apiVersion));
    const list = type === undefined ? undefined : this.of(type);
    if (list === undefined || list.kind === "unknown") return undefined;
    return list.kind === "known" ? list.value : [];
  }

  count(): number {
    return [...this.#lists.values()].reduce((sum, list) => sum + (list.kind === "known" ? list.value.length : 0), 0);
  }

  everything(): readonly KubeObject[] {
    return [...this.#lists.values()].flatMap((list) => (list.kind === "known" ? list.value : []));
  }
}

function keyOf({ apiVersion, plural }: KubeType): string {
  return `${apiVersion}/${plural}`;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function nameOf({ apiVersion, plural }: KubeType): string {
  const group = groupOf(apiVersion);
  return group === "" ? plural : `${plural}.${group}`;
}

/** How many lists are asked for at once. */
const atOnce = 6;

/**
 * Reads what is looked at. A type that the cluster does not serve is absent without asking; one that this account may not
 * list is unknown. With `namespaces`, what lies in namespaces is read there only, for accounts that see no more.
 */
export async function readCluster(reader: KubeReader, namespaces: readonly string[]): Promise<LiveCluster> {
  const discovery = await reader.discovery();
  const lists = new Map<string, Fact<readonly KubeObject[]>>();
  const waiting = [...lookedAt];
  const work = async (): Promise<void> => {
    for (let type = waiting.shift(); type !== undefined; type = waiting.shift())
      lists.set(keyOf(type), await listOf(type, reader, discovery, namespaces));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return new LiveCluster(reader.label, discovery.version, lists);
}

async function listOf(
  type: LookedAt,
  reader: KubeReader,
  discovery: KubeDiscovery,
  namespaces: readonly string[],
): Promise<Fact<readonly KubeObject[]>> {
  const served = discovery.types.find((one) => one.apiVersion === type.apiVersion && one.plural === type.plural);
  if (served === undefined) {
    return discovery.silent.includes(type.apiVersion)
      ? unknown(`The server of ${type.apiVersion} does not answer.`, `kubectl get apiservices | grep False`)
      : absent(reader.label);
  }
  const where = served.namespaced && namespaces.length > 0 ? namespaces : [undefined];
  const items: KubeObject[] = [];
  for (const namespace of where) {
    const listed = await listOrUnknown(reader, type, namespace);
    if (listed.kind !== "known") return listed;
    items.push(...listed.value);
  }
  return known(items, reader.label);
}

/** One list that does not come does not take the assessment with it. */
async function listOrUnknown(
  reader: KubeReader,
  type: LookedAt,
  namespace: string | undefined,
): Promise<Fact<readonly KubeObject[]>> {
  try {
    const listed = await reader.list(type, { namespace, metadataOnly: type.metadataOnly });
    if (listed.kind !== "known") return listed;
    return known(
      listed.value.items.map((item) => ({ ...item, apiVersion: type.apiVersion, kind: type.kind })),
      listed.source,
    );
  } catch (thrown) {
    if (thrown instanceof SystemError && thrown.remedy === "retry") return unknown(thrown.message, "Ask again.");
    throw thrown;
  }
}
