import * as z from "zod";
import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, RestoreTarget, Restoring, StorePlan } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { KubernetesBody } from "./body.ts";
import { read, savedObjects } from "./compare.ts";
import { digestOfLine, lineOf } from "./line.ts";
import { leadsTo, type Move, markName, movedTo, staysBecause } from "./moved.ts";
import { restore as inPlace } from "./restore.ts";

type Sealed = SealedBody<KubernetesBody>;
type Other = Extract<RestoreTarget, { readonly kind: "namespace" }>;

/** In place, or one namespace's objects into another: then they are written anew as a backup of that one, which comes back in place. */
export const restore: KindRestore<KubernetesStore, KubernetesBody> = {
  ...inPlace,
  targets: [...inPlace.targets, "namespace"],
  plan: (sealed, config, target, restoring) =>
    target.kind === "namespace"
      ? planElsewhere(sealed, config, target, restoring)
      : inPlace.plan(sealed, config, target, restoring),
  run: (sealed, config, target, restoring) =>
    target.kind === "namespace"
      ? runElsewhere(sealed, config, target, restoring)
      : inPlace.run(sealed, config, target, restoring),
};

async function planElsewhere(
  sealed: Sealed,
  config: KubernetesStore,
  target: Other,
  restoring: Restoring,
): Promise<StorePlan> {
  const moved = await Moved.of(sealed, target, restoring);
  const { from, to } = moved.move;
  const plan = await inPlace.plan(moved.sealed, config, { kind: "in-place" }, moved.restoring);
  const half = await halfDone(to, restoring);
  const held = `the namespace ${to} has some of these objects already`;
  return {
    does: [`${counted(moved.sealed.body.objects.length, "object")} of ${from} come into ${to}`, ...plan.does],
    loses: plan.loses.length === 0 ? [] : ["what those fields hold now goes, and no backup is made of it"],
    refuses: [
      ...declaredThere(moved.move, config, restoring),
      ...(plan.isThere && half === undefined && restoring.replaces !== true
        ? [`${held}: name another, or give them the fields of the backup by --replace`]
        : []),
      ...plan.refuses,
    ],
    notes: [...(half === undefined ? [] : [`${half} left it half done`]), ...moved.notes, ...plan.notes],
    isThere: false,
  };
}

async function runElsewhere(sealed: Sealed, config: KubernetesStore, target: Other, restoring: Restoring) {
  const { refuses } = await planElsewhere(sealed, config, target, restoring);
  if (refuses.length > 0) throw new InputError(`${refuses.join("; ")}; nothing was changed`);
  const moved = await Moved.of(sealed, target, restoring);
  const { to } = moved.move;
  await mark("begun", sealed, to, restoring);
  const done = await inPlace.run(moved.sealed, config, { kind: "in-place" }, moved.restoring);
  if (done.differences.length > 0) return { ...done, did: [] };
  await mark("restored", sealed, to, restoring);
  return {
    ...done,
    did: [...done.did, `${to} has the objects of ${sealed.id}`],
    notes: [...moved.notes, ...done.notes],
  };
}

/** What is declared is replaced in place alone, which backs it up before. */
function declaredThere({ to }: Move, config: KubernetesStore, { declared = [config] }: Restoring): readonly string[] {
  const one = declared.find((store) => store.kind === "kubernetes" && store.namespaces.includes(to));
  return one === undefined
    ? []
    : [`${to} is declared itself, in ${one.component}/${one.store}: restore it by --in-place`];
}

const configMaps = { apiVersion: "v1", plural: "configmaps" } as const;
const Mark = z.object({ data: z.object({ state: z.string(), restore: z.string() }) });

async function mark(state: "begun" | "restored", { id }: Sealed, to: string, restoring: Restoring): Promise<void> {
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: markName, namespace: to },
    data: { state, backup: id, restore: restoring.id },
  };
  const cluster = await restoring.cluster();
  const written = await cluster.apply(configMaps, object, { fieldManager: "millwright-restore", force: true });
  if (written.kind !== "written")
    throw new SystemError(`ConfigMap ${to}/${markName} could not be applied: ${written.why}`, "stop");
}

/** The restore that was broken off there; undefined: none was. */
async function halfDone(to: string, restoring: Restoring): Promise<string | undefined> {
  const said = Mark.safeParse(await read(await restoring.cluster(), { ...configMaps, namespace: to, name: markName }));
  return said.success && said.data.data.state === "begun" ? said.data.data.restore : undefined;
}

/** A backup's objects of one namespace, as a backup of another one; each line is held against its digest on the way. */
class Moved {
  readonly move: Move;
  readonly sealed: Sealed;
  readonly restoring: Restoring;
  readonly notes: readonly string[];

  private constructor(move: Move, sealed: Sealed, restoring: Restoring, notes: readonly string[]) {
    [this.move, this.sealed, this.restoring, this.notes] = [move, sealed, restoring, notes];
  }

  static async of(sealed: Sealed, target: Other, restoring: Restoring): Promise<Moved> {
    const move = { from: fromOf(sealed, target), to: target.namespace };
    const objects: KubernetesBody["objects"] = [];
    const [left, leading]: [string[], string[]] = [[], []];
    for await (const one of objectsOf(sealed, move.from, restoring)) {
      const { apiVersion, kind, metadata } = one;
      const why = staysBecause(one, move);
      if (why !== undefined) left.push(`${kind} ${metadata.name} does not come along: ${why}`);
      if (why !== undefined) continue;
      if (leadsTo(one, move)) leading.push(`${kind} ${metadata.name}`);
      const sha256 = digestOfLine(lineOf(movedTo(one, move)));
      objects.push({ apiVersion, kind, namespace: move.to, name: metadata.name, sha256 });
    }
    if (objects.length === 0)
      throw new InputError(
        `nothing of ${move.from} in ${sealed.id} can come elsewhere: ${left.join("; ") || "it has no objects"}`,
      );
    const others = sealed.body.objects.filter(({ namespace }) => namespace !== move.from).length;
    if (others > 0) left.push(`${counted(others, "object")} of other namespaces and of the cluster do not come along`);
    const leads =
      leading.length === 0 ? [] : [`they go on to name addresses in ${move.from}: ${leading.slice(0, 10).join(", ")}`];
    const body = { ...sealed.body, objects, values: [], namespaces: [move.to] };
    const readPart: Restoring["readPart"] = () => movedLines(sealed, move, restoring);
    return new Moved(move, { ...sealed, body }, { ...restoring, readPart }, [...left, ...leads]);
  }
}

async function* movedLines(sealed: Sealed, move: Move, restoring: Restoring): AsyncGenerator<Uint8Array> {
  for await (const one of objectsOf(sealed, move.from, restoring))
    if (staysBecause(one, move) === undefined) yield Buffer.from(`${lineOf(movedTo(one, move))}\n`);
}

/** Which namespace, where the backup has objects of several. */
function fromOf({ id, body }: Sealed, { from }: Other): string {
  const names = [...new Set(body.objects.flatMap(({ namespace }) => namespace ?? []))];
  const [only] = names;
  if (from === undefined && only !== undefined && names.length === 1) return only;
  if (from !== undefined && names.includes(from)) return from;
  throw new InputError(
    `${id} has objects of ${names.join(", ")}: name one of them before the other, as --to namespace:${only ?? "FROM"}=NAME`,
  );
}

/** Of one namespace, all lines held against their digests on the way. */
async function* objectsOf(sealed: Sealed, from: string, restoring: Restoring): AsyncGenerator<KubeObject> {
  for await (const [, saved] of savedObjects(sealed, restoring)) if (saved.metadata.namespace === from) yield saved;
}
