import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeName, KubeObject, KubeType, KubeWriter } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, Restoring, StorePlan } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type KubernetesBody, objectsFile } from "./body.ts";
import { digestOfLine, lineOf } from "./line.ts";

type Sealed = SealedBody<KubernetesBody>;

const fieldManager = "millwright-restore";

/** One saved object, and how it is in the cluster now. */
interface Compared {
  readonly type: KubeType;
  readonly saved: KubeObject;
  readonly now: KubeObject | undefined;
  /** Fields that differ, by their names: a Secret's content is shown nowhere. */
  readonly fields: readonly string[];
}

/** Objects get back what they were, by server-side apply, bound to what was looked at. Nothing is deleted. */
export const restore: KindRestore<KubernetesStore, KubernetesBody> = {
  targets: ["in-place"],
  plan: async (sealed, config, _, restoring) => worded(await compareAll(sealed, config, restoring)),
  async run(sealed, config, _, restoring) {
    const done = await applied(sealed, config, restoring, (one) => !isActedOn(one));
    const after = await compareAll(sealed, config, restoring);
    const [later, left] = [after.different.filter(isActedOn), after.different.filter((one) => !isActedOn(one))];
    const follows =
      later.length === 0 ? [] : [`when every store is back: ${some(later.map(({ saved }) => nameOf(saved)))}`];
    return {
      did: [`${counted(done.length, "object")} applied`, ...follows],
      differences: left.map(differenceOf),
      notes: notesOf(after),
    };
  },
  async last(sealed, config, restoring) {
    const done = await applied(sealed, config, restoring, isActedOn);
    const after = done.length === 0 ? undefined : await compareAll(sealed, config, restoring);
    return {
      did: done.length === 0 ? [] : [`${counted(done.length, "object")} that Argo CD acts on applied at the end`],
      differences: (after?.different ?? []).filter(isActedOn).map(differenceOf),
      notes: [],
    };
  },
  async undo(config, safety, restoring) {
    if (safety === undefined) throw new InputError("no backup was made of the objects before: what was applied stays");
    const different = await applied(safety, config, restoring, () => true);
    return [`${counted(different.length, "object")} again as before; what the restore had made anew stays`];
  },
};

/**
 * Argo CD syncs an Application as soon as it is there, or another than it was, and would start what is held down until its data is back
 * (argo-cd.readthedocs.io/en/stable/user-guide/auto_sync).
 */
function isActedOn({ saved: { apiVersion, kind } }: Compared): boolean {
  return apiVersion.startsWith("argoproj.io/") && (kind === "Application" || kind === "ApplicationSet");
}

function differenceOf({ saved, fields }: Compared): string {
  return `${nameOf(saved)} is not as it was: ${fields.join(", ") || "it is not there"}`;
}

interface All {
  readonly different: readonly Compared[];
  readonly same: number;
  /** Their owner makes them again. */
  readonly owned: readonly KubeObject[];
  readonly refuses: readonly string[];
}

async function compareAll(sealed: Sealed, config: KubernetesStore, restoring: Restoring): Promise<All> {
  const cluster = await restoring.cluster();
  const types = await typesOf(config, cluster);
  const different: Compared[] = [];
  const owned: KubeObject[] = [];
  const refuses = await namespacesLacking(sealed.body, cluster);
  let same = 0;
  for (const saved of await savedObjects(sealed, restoring)) {
    const type = types.get(`${saved.apiVersion}/${saved.kind}`);
    if (type === undefined) {
      refuses.push(`the cluster serves no ${saved.kind} of ${saved.apiVersion}: install what brings it first`);
      continue;
    }
    if (isOwned(saved)) {
      owned.push(saved);
      continue;
    }
    const now = await read(cluster, { ...type, namespace: saved.metadata.namespace, name: saved.metadata.name });
    const fields = now === undefined ? [] : differing(saved, now);
    if (now !== undefined && fields.length === 0) same += 1;
    else different.push({ type, saved, now, fields });
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

async function read(cluster: KubeWriter, name: KubeName): Promise<KubeObject | undefined> {
  const found = await cluster.get(name);
  if (found.kind === "unknown")
    throw new SystemError(`${name.plural}/${name.name}: ${found.why} ${found.howToLearn}`, "stop");
  return found.kind === "known" ? found.value : undefined;
}

/** Each line held against its digest; values from Git follow them and are none of the cluster's. */
async function savedObjects(sealed: Sealed, { readPart }: Restoring): Promise<readonly KubeObject[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readPart(partOf(sealed, objectsFile))) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString("utf8").split("\n");
  return sealed.body.objects.map(({ kind, name, sha256 }, index) => {
    const line = lines[index] ?? "";
    if (digestOfLine(line) !== sha256) throw new InputError(`${kind} ${name} did not come back as it was`);
    return JSON.parse(line) as KubeObject;
  });
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

function bare(object: KubeObject): KubeObject {
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

const actedOnNote =
  "Applications come last, when every store is back and up: Argo CD would start at once what has to be down";

function worded(all: All): StorePlan {
  const { different, same, refuses } = all;
  const made = different.filter(({ now }) => now === undefined);
  const changed = different.filter(({ now }) => now !== undefined);
  return {
    does: [
      ...(made.length === 0
        ? []
        : [`make ${counted(made.length, "object")}: ${some(made.map(({ saved }) => nameOf(saved)))}`]),
      ...changed.slice(0, 50).map(({ saved, fields }) => `apply ${nameOf(saved)}: ${fields.join(", ")}`),
      `${same} objects are as they were`,
    ],
    loses:
      changed.length === 0
        ? []
        : [`what those fields of ${counted(changed.length, "object")} hold now: it is in the backup made before`],
    refuses,
    notes: [...notesOf(all), ...(different.some(isActedOn) ? [actedOnNote] : [])],
    isThere: same + changed.length > 0,
  };
}

function notesOf({ owned }: All): readonly string[] {
  return owned.length === 0 ? [] : [`left to their owners, which make them again: ${some(owned.map(nameOf))}`];
}

/** Throws `InputError` where the cluster cannot have all of them, and then nothing is changed: the rest alone would look like all. */
async function applied(
  sealed: Sealed,
  config: KubernetesStore,
  restoring: Restoring,
  isWanted: (one: Compared) => boolean,
): Promise<readonly Compared[]> {
  const { different, refuses } = await compareAll(sealed, config, restoring);
  if (refuses.length > 0) throw new InputError(`${refuses.join("; ")}; nothing was changed`);
  const wanted = different.filter(isWanted);
  await applyAll(wanted, restoring);
  return wanted;
}

/** The sealing key's Secrets first: its controller reads them when it starts. */
async function applyAll(different: readonly Compared[], restoring: Restoring): Promise<void> {
  const cluster = await restoring.cluster();
  const rank = ({ saved }: Compared): number => (saved.kind === "Secret" ? 0 : saved.kind === "ConfigMap" ? 1 : 2);
  for (const { type, saved, now } of different.toSorted((a, b) => rank(a) - rank(b))) {
    if (restoring.signal.aborted) throw new SystemError("it was broken off between two objects; do it again", "stop");
    const object = bare(saved);
    const resourceVersion = now?.metadata.resourceVersion;
    const bound =
      resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
    const written = await cluster.apply(type, bound, { fieldManager, force: true });
    if (written.kind === "written") continue;
    throw new SystemError(
      `${nameOf(saved)} could not be applied: ${written.why}`,
      written.kind === "conflict" ? "retry" : "stop",
    );
  }
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

function some(names: readonly string[]): string {
  return `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}
