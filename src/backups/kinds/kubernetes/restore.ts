import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, Restoring, StorePlan } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { KubernetesBody } from "./body.ts";
import { type All, bare, type Compared, compareAll, savedObjects } from "./compare.ts";

type Sealed = SealedBody<KubernetesBody>;

const fieldManager = "millwright-restore";

/** Objects get back what they were, by server-side apply, bound to what was looked at. Nothing is deleted. */
export const restore: KindRestore<KubernetesStore, KubernetesBody> = {
  targets: ["in-place"],
  plan: async (sealed, config, _, restoring) => worded(await compareAll(sealed, config, restoring)),
  async run(sealed, config, _, restoring) {
    const done = await applied(sealed, config, restoring, (one) => !isActedOn(one));
    const after = await compareAll(sealed, config, restoring);
    const [later, left] = [after.different.filter(isActedOn), after.different.filter((one) => !isActedOn(one))];
    const follows = later.length === 0 ? [] : [`when every store is back: ${some(later.map(({ name }) => name))}`];
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
function isActedOn({ type: { apiVersion }, kind }: Compared): boolean {
  return apiVersion.startsWith("argoproj.io/") && (kind === "Application" || kind === "ApplicationSet");
}

function differenceOf({ name, fields }: Compared): string {
  return `${name} is not as it was: ${fields.join(", ") || "it is not there"}`;
}

const actedOnNote =
  "Applications come last, when every store is back and up: Argo CD would start at once what has to be down";

function worded(all: All): StorePlan {
  const { different, same, refuses } = all;
  const made = different.filter(({ isThere }) => !isThere);
  const changed = different.filter(({ isThere }) => isThere);
  return {
    does: [
      ...(made.length === 0 ? [] : [`make ${counted(made.length, "object")}: ${some(made.map(({ name }) => name))}`]),
      ...changed.slice(0, 50).map(({ name, fields }) => `apply ${name}: ${fields.join(", ")}`),
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
  return owned.length === 0 ? [] : [`left to their owners, which make them again: ${some(owned)}`];
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
  await applyAll(sealed, wanted, restoring);
  return wanted;
}

/** What is read by others when they start comes first: the sealing key's Secrets by its controller. */
const ranks: readonly ((kind: string) => boolean)[] = [
  (kind) => kind === "Secret",
  (kind) => kind === "ConfigMap",
  (kind) => kind !== "Secret" && kind !== "ConfigMap",
];

/** Those of each rank in the order of the backup, which is read once for each. */
async function applyAll(sealed: Sealed, different: readonly Compared[], restoring: Restoring): Promise<void> {
  const cluster = await restoring.cluster();
  for (const isOfRank of ranks) {
    const wanted = new Map(different.filter(({ kind }) => isOfRank(kind)).map((one) => [one.place, one]));
    if (wanted.size === 0) continue;
    for await (const [place, saved] of savedObjects(sealed, restoring)) {
      const one = wanted.get(place);
      if (one === undefined) continue;
      if (restoring.signal.aborted) throw new SystemError("it was broken off between two objects; do it again", "stop");
      await applyOne(one, saved, cluster);
    }
  }
}

async function applyOne(
  { type, name, resourceVersion }: Compared,
  saved: KubeObject,
  cluster: KubeWriter,
): Promise<void> {
  const object = bare(saved);
  const bound =
    resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
  const written = await cluster.apply(type, bound, { fieldManager, force: true });
  if (written.kind === "written") return;
  throw new SystemError(`${name} could not be applied: ${written.why}`, written.kind === "conflict" ? "retry" : "stop");
}

function some(names: readonly string[]): string {
  return `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}
