import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeName, KubeObject, KubeType, KubeWriter } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import { linesOf } from "../../lines.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type KubernetesBody, objectsFile } from "./body.ts";
import { digestOfLine, lineOf, nameOf } from "./line.ts";

type Sealed = SealedBody<KubernetesBody>;

/** A saved object that is not as it is in the cluster now. Neither of the two is held: there may be many. */
export interface Compared {
  /** In the order of the backup. */
  readonly place: number;
  readonly type: KubeType;
  readonly kind: string;
  /** `Secret mlflow/login` */
  readonly name: string;
  readonly isThere: boolean;
  /** As it was looked at. */
  readonly resourceVersion: string | undefined;
  /** Fields that differ, by their names: a Secret's content is shown nowhere. */
  readonly fields: readonly string[];
}

export interface All {
  readonly different: readonly Compared[];
  readonly same: number;
  /** Their owner makes them again. */
  readonly owned: readonly string[];
  readonly refuses: readonly string[];
}

export async function compareAll(sealed: Sealed, config: KubernetesStore, restoring: Restoring): Promise<All> {
  const cluster = await restoring.cluster();
  const types = await typesOf(config, cluster);
  const different: Compared[] = [];
  const owned: string[] = [];
  const refuses = await namespacesLacking(sealed.body, cluster);
  let same = 0;
  for await (const [place, saved] of savedObjects(sealed, restoring)) {
    const { kind, metadata } = saved;
    const name = nameOf(kind, metadata);
    const type = types.get(`${saved.apiVersion}/${saved.kind}`);
    if (type === undefined) {
      refuses.push(`the cluster serves no ${saved.kind} of ${saved.apiVersion}: install what brings it first`);
      continue;
    }
    if (isOwned(saved)) {
      owned.push(name);
      continue;
    }
    const now = await read(cluster, { ...type, namespace: metadata.namespace, name: metadata.name });
    const fields = now === undefined ? [] : differing(saved, now);
    const isThere = now !== undefined;
    if (isThere && fields.length === 0) same += 1;
    else different.push({ place, type, kind, name, isThere, resourceVersion: now?.metadata.resourceVersion, fields });
  }
  return { different, same, owned, refuses: [...new Set(refuses)] };
}

/** The cluster's own words for the kinds of the saved objects. */
async function typesOf({ selections }: KubernetesStore, cluster: KubeWriter): Promise<ReadonlyMap<string, KubeType>> {
  const { types } = await cluster.discovery();
  // The sealing keys come with them, whatever is selected.
  const wanted = new Set(["v1/secrets", ...selections.map(({ apiVersion, plural }) => `${apiVersion}/${plural}`)]);
  return new Map(
    types.flatMap(({ apiVersion, plural, kind }) =>
      wanted.has(`${apiVersion}/${plural}`) ? [[`${apiVersion}/${kind}`, { apiVersion, plural }] as const] : [],
    ),
  );
}

async function namespacesLacking({ objects }: KubernetesBody, cluster: KubeWriter): Promise<string[]> {
  const lacking: string[] = [];
  for (const name of new Set(objects.flatMap(({ namespace }) => namespace ?? [])))
    if ((await read(cluster, { apiVersion: "v1", plural: "namespaces", name })) === undefined)
      lacking.push(`the cluster has no namespace ${name}: make it first`);
  return lacking;
}

/** Undefined: it is not there. Throws `SystemError` where that is not known. */
export async function read(cluster: KubeWriter, name: KubeName): Promise<KubeObject | undefined> {
  const found = await cluster.get(name);
  if (found.kind === "unknown")
    throw new SystemError(`${name.plural}/${name.name}: ${found.why} ${found.howToLearn}`, "stop");
  return found.kind === "known" ? found.value : undefined;
}

/** Each with its place in the backup. Throws `InputError` at one whose line is not as its digest; values from Git are none of them. */
export async function* savedObjects(
  sealed: Sealed,
  { readPart }: Restoring,
): AsyncGenerator<readonly [place: number, saved: KubeObject]> {
  const { objects } = sealed.body;
  let place = 0;
  for await (const line of linesOf(readPart(partOf(sealed, objectsFile)))) {
    const object = objects[place];
    if (object !== undefined) yield [place, savedOf(line, object)];
    place += 1;
  }
  const [missing] = objects.slice(place);
  if (missing !== undefined) savedOf("", missing);
}

function savedOf(line: string, { kind, name, sha256 }: KubernetesBody["objects"][number]): KubeObject {
  if (digestOfLine(line) !== sha256) throw new InputError(`${kind} ${name} did not come back as it was`);
  return JSON.parse(line) as KubeObject;
}

function isOwned({ metadata }: KubeObject): boolean {
  const { ownerReferences } = metadata as { readonly ownerReferences?: readonly { readonly controller?: boolean }[] };
  return ownerReferences?.some(({ controller }) => controller === true) === true;
}

/** What the cluster keeps by itself, and gives anew to an object that is made again. */
const ofTheCluster: ReadonlySet<string> = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "selfLink",
  "ownerReferences",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
]);

export function bare(object: KubeObject): KubeObject {
  const { status: _, metadata, ...rest } = object;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([field]) => !ofTheCluster.has(field)));
  return { ...rest, metadata: { ...kept, name: metadata.name } } as KubeObject;
}

function differing(saved: KubeObject, now: KubeObject): readonly string[] {
  const flat = (object: KubeObject): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(JSON.parse(lineOf(bare(object))) as Record<string, unknown>).flatMap(([field, value]) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.entries(value).map(([inner, one]) => [`${field}.${inner}`, JSON.stringify(one)] as const)
          : [[field, JSON.stringify(value)] as const],
      ),
    );
  const [was, is] = [flat(saved), flat(now)];
  // What others added since is theirs and stays: server-side apply takes nothing away that it did not set.
  return [...was].flatMap(([field, value]) => (is.get(field) === value ? [] : [field]));
}
