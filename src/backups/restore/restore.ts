import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { bodyOf, kindOf } from "../kinds/index.ts";
import { readPart } from "../parts.ts";
import { backupsOf, findPoint, pointOf, refuseForeignPoint } from "../point/point.ts";
import { type Follow, type Followed, followNot } from "../progress/follow.ts";
import { lastBackupMillis, lastProofMillis } from "../progress/took.ts";
import {
  type Catalogue,
  type CataloguedBackup,
  catalogueOf,
  findBackup,
  lastTelling,
} from "../repository/catalogue.ts";
import { type Identity, type SealedManifest, sizeOf } from "../repository/manifest.ts";
import { manifestOf, refuseForeign, refuseIncomplete } from "../repository/read-manifest.ts";
import type { Repository } from "../repository/restic.ts";
import type { SealedBody } from "../store-kind.ts";
import type { RestoreTarget, Restoring, StorePlan, StoreRestored } from "./contract.ts";
import { expectedOf } from "./expected.ts";
import { folderOf, planToFolder, restoreToFolder } from "./to-folder.ts";

export interface RestoreOptions extends Omit<Restoring, "ports" | "readPart"> {
  /** A backup or a recovery point. */
  readonly from: string;
  /** Only these of a point; all when empty. */
  readonly stores: readonly string[];
  readonly target: RestoreTarget;
  readonly repository: Repository;
  readonly identity: Omit<Identity, "component" | "store">;
  readonly declared: readonly BackupStore[];
  /** Hears how far it is, store by store. */
  readonly follow?: Follow | undefined;
}

/** One store of a restore, before anything is done. */
export interface PlannedStore {
  readonly store: string;
  readonly backup: CataloguedBackup;
  readonly sealed: SealedManifest;
  readonly config: BackupStore | undefined;
  readonly plan: StorePlan;
  /** Milliseconds that the last proof of the store took. */
  readonly lastMillis?: number | undefined;
  /** Milliseconds that the last backup of the store took. */
  readonly lastBackupMillis?: number | undefined;
}

export interface RestorePlan {
  readonly from: string;
  readonly target: RestoreTarget;
  readonly stores: readonly PlannedStore[];
  /** Of a point: stores that are not restored so, and why. */
  readonly left: readonly { readonly store: string; readonly why: string }[];
}

/**
 * What restoring would do, asked of the repository and of every target; nothing is changed. Throws `InputError` for a backup that is
 * not there, not whole or another environment's.
 */
export async function planRestore(options: RestoreOptions, ports: BackupPorts): Promise<RestorePlan> {
  const { repository, identity, target, declared } = options;
  const stores: PlannedStore[] = [];
  const left: { store: string; why: string }[] = [];
  const { chosen, catalogue } = await chosenBackups(options);
  const isMany = chosen.length > 1 && target.kind === "in-place";
  for (const backup of chosen) {
    const sealed = await manifestOf(backup, repository, options.signal);
    refuseForeign(sealed.manifest, identity, backup.store);
    await refuseIncomplete(sealed.manifest, repository);
    const config = declared.find(({ component, store }) => `${component}/${store}` === backup.store);
    const why = cannot(backup, config, target, options) ?? (isMany ? kindOf(backup.kind).restore?.alone : undefined);
    if (why !== undefined && chosen.length === 1) throw new InputError(`${backup.id} ${why}`);
    if (why !== undefined) left.push({ store: backup.store, why });
    else
      stores.push({
        store: backup.store,
        backup,
        sealed,
        config,
        lastMillis: lastProofMillis(catalogue.backups, backup.store),
        lastBackupMillis: lastBackupMillis(catalogue.backups, backup.store),
        plan: withProof(
          await planOne(
            { backup, sealed, config },
            { ...options, comesBefore: stores.map(({ store }) => store) },
            ports,
            stores.reduce((sum, one) => sum + sizeOf(one.sealed.manifest), 0),
          ),
          backup,
          target,
        ),
      });
  }
  refuseManyInOne(stores, target);
  if (stores.length === 0)
    throw new InputError(
      `nothing of ${options.from} can be restored so: ${left.map(({ store, why }) => `${store} ${why}`).join("; ")}`,
    );
  return { from: options.from, target, stores, left };
}

/** A backup that could not be restored when that was last tried replaces nothing; elsewhere one may look at what it is. */
function withProof(plan: StorePlan, { id, digest, proofs }: CataloguedBackup, target: RestoreTarget): StorePlan {
  const last = lastTelling(proofs.filter((one) => one.digest === digest));
  if (last?.verdict !== "failed") return plan;
  const why = `its last proof failed (${last.provenAt}): millwright backup show ${id} says why`;
  return target.kind === "in-place"
    ? { ...plan, refuses: [...plan.refuses, `${why}; take another, or prove it again: millwright backup prove ${id}`] }
    : { ...plan, notes: [...plan.notes, why] };
}

/** What keeps a restore from being done, whole sentences. */
export function refusalsOf({ stores }: RestorePlan): readonly string[] {
  return stores.flatMap(({ store, plan }) => plan.refuses.map((why) => `${store}: ${why}`));
}

/** In the order in which an environment comes back: what others need first. */
async function chosenBackups({
  from,
  stores,
  repository,
  identity,
}: RestoreOptions): Promise<{ readonly chosen: readonly CataloguedBackup[]; readonly catalogue: Catalogue }> {
  const catalogue = catalogueOf(await repository.snapshots());
  const catalogued = from.startsWith("point-") ? findPoint(catalogue, from) : undefined;
  if (catalogued === undefined) {
    if (from.startsWith("point-")) throw new InputError(`There is no recovery point ${from} in this repository.`);
    return { chosen: [findBackup(catalogue, from)], catalogue };
  }
  const point = await pointOf(catalogued, repository);
  refuseForeignPoint(point, identity);
  const backups = backupsOf(point, catalogue);
  const strange = stores.find((name) => !backups.some(({ store }) => store === name));
  if (strange !== undefined)
    throw new InputError(
      `${point.id} has no store ${strange}; it has ${backups.map(({ store }) => store).join(", ")}.`,
    );
  const wanted = stores.length === 0 ? backups : backups.filter(({ store }) => stores.includes(store));
  return { chosen: inOrderOfReturn(wanted), catalogue };
}

const order = ["kubernetes", "postgresql", "millwright", "sqlite", "redis", "objects", "gitlab", "files"];

/** The cluster's own objects (the sealing key among them), then databases, then what their rows name. */
export function inOrderOfReturn<One extends { readonly kind: string; readonly store: string }>(
  backups: readonly One[],
): readonly One[] {
  const rank = ({ kind }: One): number => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return backups.toSorted((a, b) => rank(a) - rank(b));
}

function cannot(
  { kind, environment, store }: CataloguedBackup,
  config: BackupStore | undefined,
  target: RestoreTarget,
  { gitRepository }: RestoreOptions,
): string | undefined {
  if (gitRepository !== undefined && kind !== "gitlab") return "holds no Git repository";
  if (target.kind === "folder" && gitRepository === undefined) return undefined;
  const targets = kindOf(kind).restore?.targets ?? [];
  if (!targets.includes(target.kind))
    return `comes back to a folder${elsewhere(targets)
      .map((one) => `, ${wordFor(one)}`)
      .join("")}, not ${wordFor(target.kind)}`;
  if (config === undefined) return `is of ${store}, which ${environment} does not declare any more`;
  if (config.kind !== kind) return `is of the kind ${kind}, and ${store} is declared as ${config.kind}`;
  return undefined;
}

function elsewhere(targets: readonly RestoreTarget["kind"][]): readonly RestoreTarget["kind"][] {
  return targets.filter((kind) => kind !== "folder");
}

function wordFor(kind: RestoreTarget["kind"]): string {
  return {
    "in-place": "in place",
    folder: "to a folder",
    database: "to a new database",
    bucket: "to another bucket",
    redis: "to another Redis",
    namespace: "into another namespace",
  }[kind];
}

/** Each would find there what the one before has brought: it would let that go, or be refused when the restore is half done. */
function refuseManyInOne(stores: readonly PlannedStore[], { kind }: RestoreTarget): void {
  const isOnePlace = kind === "redis" || kind === "database" || kind === "bucket";
  const folders = new Set(stores.map(({ sealed }) => folderOf(sealed.manifest)));
  if (isOnePlace ? stores.length > 1 : kind === "folder" && folders.size < stores.length)
    throw new InputError(
      `${stores.map(({ store }) => store).join(" and ")} would come into one target: name one of them by --store`,
    );
}

type Chosen = Pick<PlannedStore, "backup" | "sealed" | "config">;

/** `before`: bytes of those that come before it. */
async function planOne(
  chosen: Chosen,
  options: RestoreOptions,
  ports: BackupPorts,
  before: number,
): Promise<StorePlan> {
  const { target, gitRepository } = options;
  const { manifest } = chosen.sealed;
  if (target.kind === "folder" && gitRepository === undefined)
    return planToFolder(manifest, await ports.openFolder(target.folder), before);
  const { restore } = kindOf(manifest.kind);
  if (restore === undefined || chosen.config === undefined)
    throw new Error(`${manifest.id} was planned without its kind`);
  return restore.plan(sealedBody(chosen.sealed), chosen.config, target, lend(options, ports));
}

/** Restores one store that was planned. */
export async function restoreOne(
  planned: PlannedStore,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<StoreRestored> {
  const { follow = followNot, target, gitRepository } = options;
  const toFolder = target.kind === "folder" && gitRepository === undefined;
  const { restore } = kindOf(planned.sealed.manifest.kind);
  const followed = follow({ store: planned.store, ...expectedOf(planned, options) });
  try {
    const restoring = lend(options, ports, followed);
    if (toFolder)
      return await restoreToFolder(planned.sealed.manifest, await ports.openFolder(target.folder), restoring);
    if (restore === undefined || planned.config === undefined)
      throw new Error(`${planned.store} was planned without its kind`);
    return await restore.run(sealedBody(planned.sealed), planned.config, target, restoring);
  } catch (thrown) {
    throw options.signal.aborted ? brokenOff(planned, toFolder, thrown) : thrown;
  } finally {
    followed.end();
  }
}

/** Said before what that made of the work. */
function brokenOff({ store }: PlannedStore, toFolder: boolean, cause: unknown): SystemError {
  const left = toFolder ? "nothing of it is left" : "what it may have left is not whole: do it again";
  return new SystemError(`the restore of ${store} was broken off; ${left}`, "stop", { cause });
}

/** What of a store that is back waits until all others are, too; undefined: nothing. */
export async function restoreLast(
  { sealed, config }: PlannedStore,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<StoreRestored | undefined> {
  const { restore } = kindOf(sealed.manifest.kind);
  return config === undefined ? undefined : restore?.last?.(sealedBody(sealed), config, lend(options, ports));
}

export function sealedBody({ manifest }: SealedManifest): SealedBody<unknown> {
  return { ...manifest, body: bodyOf(manifest) };
}

export function lend(options: RestoreOptions, ports: BackupPorts, followed: Followed = followNot({})): Restoring {
  const { repository, signal } = options;
  return {
    ...options,
    ports,
    progress(text) {
      followed.phase(text);
      options.progress(text);
    },
    readPart: (part) => readPart(repository, part, signal, (read, position) => followed.read(read, position)),
  };
}
