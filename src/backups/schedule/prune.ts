import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Retention } from "../../platform/backup-schedule.ts";
import { validUntil } from "../receipts/receipt.ts";
import { type CataloguedBackup, type CataloguedPack, catalogueOf, lastTelling } from "../repository/catalogue.ts";
import { isYoung } from "../repository/pack-age.ts";
import { manifestOf } from "../repository/read-manifest.ts";
import type { Repository } from "../repository/restic.ts";
import type { Sized } from "./forecast.ts";
import { type Kept, keep } from "./keep.ts";

/** What would be removed of a repository. */
export interface PrunePlan extends Kept<Sized> {
  /** Packs that no manifest names any more. */
  readonly packs: readonly string[];
  /** Snapshots of recovery points that are whole no more once these backups are gone. */
  readonly points: readonly string[];
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
    receiptUntil,
    own,
    names: own,
  };
}

interface PruneLimits {
  /** By their ids, and why. */
  readonly holds: ReadonlyMap<string, string>;
  readonly only: ReadonlySet<string> | undefined;
  /** Of the configuration; the usual ones when left out. */
  readonly receiptHours?: number;
}

/** Looks what retention removes now; nothing is removed. `only`: of nothing else than these. */
export async function planPrune(
  repository: Repository,
  retention: Retention,
  now: Instant,
  { holds, only, receiptHours }: PruneLimits,
): Promise<PrunePlan> {
  const { backups, packs, points } = catalogueOf(await repository.snapshots());
  const candidates = backups.map((one) => candidateOf(one, receiptHours));
  const others = new Map(
    only === undefined ? [] : backups.filter(({ id }) => !only.has(id)).map(({ id }) => [id, "it was not shown"]),
  );
  const plan = keep(candidates, retention, now, new Map([...others, ...holds]));
  if (plan.refused !== undefined) return { ...plan, packs: [], points: [] };
  const going = new Set(plan.removed.map(({ backup }) => backup.id));
  const named = await namedPacks(repository, { backups, packs, going });
  const loose = packs.filter((one) => !named.has(one.snapshot) && !isYoung(one.at, now, "kept"));
  const broken = new Set(backups.flatMap(({ id, point }) => (going.has(id) && point !== undefined ? [point] : [])));
  return {
    ...plan,
    packs: loose.flatMap(({ snapshot }) => (only?.has(snapshot) === false ? [] : [snapshot])),
    points: points
      .filter(({ id }) => broken.has(id))
      .flatMap(({ snapshot, proofs }) => [snapshot, ...proofs.map((one) => one.snapshot)]),
  };
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

/** Removes what a plan says. The seals go first: what is left when it is broken off is debris and looks like nothing else. */
export async function carryOutPrune(
  repository: Repository,
  { removed, packs, points, refused }: PrunePlan,
): Promise<void> {
  if (refused !== undefined) throw new InputError(refused);
  const seals = removed.flatMap(({ snapshots }) => snapshots.slice(0, 1));
  await repository.remove([...seals, ...points]);
  await repository.remove([...removed.flatMap(({ snapshots }) => snapshots.slice(1)), ...packs]);
}
