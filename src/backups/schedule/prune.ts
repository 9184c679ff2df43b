import { InputError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Retention } from "../../platform/backup-schedule.ts";
import { validUntil } from "../receipts/receipt.ts";
import {
  type CataloguedBackup,
  type CataloguedPack,
  catalogueOf,
  type Debris,
  lastTelling,
} from "../repository/catalogue.ts";
import { isYoung } from "../repository/pack-age.ts";
import { manifestOf } from "../repository/read-manifest.ts";
import type { Repository, StoredSnapshot } from "../repository/restic.ts";
import type { Freed } from "../repository/restic-prune.ts";
import { leftOver } from "../under-way.ts";
import type { Sized } from "./forecast.ts";
import { type Kept, keep } from "./keep.ts";

/** What would be removed of a repository. */
export interface PrunePlan extends Kept<Sized> {
  /** Packs that no manifest names any more. */
  readonly packs: readonly string[];
  /** Recovery points that are whole no more once these backups are gone. */
  readonly points: readonly BrokenPoint[];
  /** What interrupted runs left, and the signs of runs that have ended. */
  readonly debris: readonly Debris[];
}

export interface BrokenPoint {
  readonly id: string;
  readonly snapshots: readonly string[];
}

/** A catalogued backup as retention knows it. */
export function candidateOf(
  { id, store, takenAt, bytes, proofs, parts, manifest, ...rest }: CataloguedBackup,
  receiptHours: number | undefined,
): Sized {
  const own = [manifest, ...parts, ...proofs.map(({ snapshot }) => snapshot)];
  const receiptUntil = validUntil(takenAt, receiptHours);
  return {
    id,
    store,
    takenAt,
    bytes,
    class: rest.class,
    proven: lastTelling(proofs)?.verdict === "proven",
    spoiled: lastTelling(proofs)?.verdict === "failed",
    receiptUntil,
    own,
    names: own,
  };
}

interface PruneLimits {
  /** By their ids, and why. */
  readonly holds: ReadonlyMap<string, string>;
  /** Ids of backups and of recovery points; of packs and of debris those of restic. */
  readonly only: ReadonlySet<string> | undefined;
  /** Of the configuration; the usual ones when left out. */
  readonly receiptHours?: number;
}

/** What an interrupted run left is nobody's when it gave no sign for so long. */
export const debrisHours = 24;

/** Looks what retention removes now, and what interrupted runs left; nothing is removed. `only`: of nothing else than these. */
export async function planPrune(
  repository: Repository,
  retention: Retention,
  now: Instant,
  { holds, only, receiptHours }: PruneLimits,
): Promise<PrunePlan> {
  const snapshots = await repository.snapshots();
  const { backups, packs, points } = catalogueOf(snapshots);
  const candidates = backups.map((one) => candidateOf(one, receiptHours));
  const others = new Map(
    only === undefined ? [] : backups.filter(({ id }) => !only.has(id)).map(({ id }) => [id, "it was not shown"]),
  );
  const plan = keep(candidates, retention, now, new Map([...others, ...holds]));
  if (plan.refused !== undefined) return { ...plan, packs: [], points: [], debris: [] };
  const going = new Set(plan.removed.map(({ backup }) => backup.id));
  const named = await namedPacks(repository, { backups, packs, going });
  const loose = packs.filter((one) => !named.has(one.snapshot) && !isYoung(one.at, now, "kept"));
  const broken = new Set(backups.flatMap(({ id, point }) => (going.has(id) && point !== undefined ? [point] : [])));
  return {
    ...plan,
    packs: loose.flatMap(({ snapshot }) => (only?.has(snapshot) === false ? [] : [snapshot])),
    points: points
      // A removal that was killed may have left one without its backups, which are sealed before it.
      .filter(({ id }) => broken.has(id) || (only?.has(id) !== false && backups.every(({ point }) => point !== id)))
      .map(({ id, snapshot, proofs }) => ({ id, snapshots: [snapshot, ...proofs.map((one) => one.snapshot)] })),
    // What a removal that was killed left of a backup or a point goes with it.
    debris: debrisAt(snapshots, now, debrisHours).filter(
      ({ snapshot, backup }) => only === undefined || only.has(snapshot) || only.has(backup),
    ),
  };
}

/** What no run has to do with any more, the signs of those runs among it. */
export function debrisAt(snapshots: readonly StoredSnapshot[], now: Instant, hours: number): readonly Debris[] {
  const { debris, signs } = leftOver(catalogueOf(snapshots).debris, snapshots, { now, hours });
  const why = "a sign of a run that has ended";
  const ended = snapshots.filter(({ id }) => signs.includes(id));
  return [
    ...debris,
    ...ended.map(({ id, time }) => ({ snapshot: id, backup: "", store: "", at: instantOf(Date.parse(time)), why })),
  ];
}

/**
 * The packs that manifests name, those of backups that go among them: a run under way may have taken them over from there, and is
 * sealed before the next removal. Only stores that have packs are asked. Throws `InputError` for a manifest of a backup that stays
 * and cannot be read; where one that goes cannot, all packs of its store stay until it is gone.
 */
async function namedPacks(repository: Repository, { backups, packs, going }: Catalogued): Promise<ReadonlySet<string>> {
  const stores = Map.groupBy(packs, ({ store }) => store);
  const named = new Set<string>();
  for (const backup of backups) {
    const ofStore = stores.get(backup.store);
    if (ofStore === undefined) continue;
    try {
      const { manifest } = await manifestOf(backup, repository);
      for (const { snapshot } of manifest.packs) named.add(snapshot);
    } catch (thrown) {
      if (!(thrown instanceof InputError) || !going.has(backup.id)) throw thrown;
      for (const { snapshot } of ofStore) named.add(snapshot);
    }
  }
  return named;
}

interface Catalogued {
  readonly backups: readonly CataloguedBackup[];
  readonly packs: readonly CataloguedPack[];
  /** Backups that are to be removed. */
  readonly going: ReadonlySet<string>;
}

/** restic's ids of all that a plan removes, in their order. */
export function snapshotsOf({ removed, packs, points, debris }: PrunePlan) {
  return {
    seals: [...removed.flatMap(({ snapshots }) => snapshots.slice(0, 1)), ...points.flatMap((one) => one.snapshots)],
    rest: [
      ...removed.flatMap(({ snapshots }) => snapshots.slice(1)),
      ...packs,
      ...debris.map(({ snapshot }) => snapshot),
    ],
  };
}

/**
 * Removes what a plan says, and then what nothing uses any more, also what a removal that was killed left. The seals go first: what is
 * left when it is broken off is debris and looks like nothing else.
 */
export async function carryOutPrune(repository: Repository, plan: PrunePlan): Promise<Freed> {
  if (plan.refused !== undefined) throw new InputError(plan.refused);
  const { seals, rest } = snapshotsOf(plan);
  await repository.forget(seals);
  await repository.forget(rest);
  return repository.prune();
}
