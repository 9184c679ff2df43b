import type { BackupStore } from "../../platform/backup-stores.ts";
import { kindOf } from "../kinds/index.ts";
import { type CataloguedBackup, catalogueOf } from "../repository/catalogue.ts";
import type { StorePlan } from "./contract.ts";
import type { RestoreRecord } from "./record.ts";
import { isOver, keepsItself, type UndoOptions } from "./undo.ts";

/** What taking a restore back would do; what of it cannot be taken back stands in `refuses` of its store, and the rest can be. */
export interface UndoPlan {
  readonly id: string;
  readonly stores: readonly (Omit<StorePlan, "isThere"> & { readonly store: string })[];
}

/** By its record and what lies in the repository; nothing is changed. In the order in which it is done. */
export async function planUndo(record: RestoreRecord, options: UndoOptions): Promise<UndoPlan> {
  const { backups } = catalogueOf(await options.repository.snapshots());
  const stores = record.stores.toReversed().filter((one) => !isOver(one));
  return {
    id: record.id,
    stores: stores.map(({ store, safety }) => {
      const config = options.declared.find((one) => `${one.component}/${one.store}` === store);
      const before = backups.find(({ id }) => id === safety);
      return { store, does: [], loses: [], refuses: [], notes: [], ...wordsOf(config, { safety, before }, options) };
    }),
  };
}

interface Before {
  readonly safety: string | undefined;
  readonly before: CataloguedBackup | undefined;
}

function wordsOf(
  config: BackupStore | undefined,
  { safety, before }: Before,
  { gitRepository, prefix, backUp }: UndoOptions,
): Partial<StorePlan> {
  if (config === undefined || kindOf(config.kind).restore?.undo === undefined)
    return { refuses: ["it is not declared any more, or not taken back by itself"] };
  if (keepsItself(config.kind))
    return {
      does: ["the database that was there before gets its name back, where this restore has replaced it"],
      notes: ["what is there now is kept beside it under another name"],
    };
  if (gitRepository !== undefined)
    return {
      does: [`the refs of ${gitRepository} become what they were before`],
      loses: [`what was pushed to ${gitRepository} since has no name any more; its objects stay`],
    };
  if (safety === undefined) return { refuses: ["no backup was made of it before: what was restored stays"] };
  if (before === undefined) return { refuses: [`${safety}, which was made of it before, is not in the repository`] };
  const only = prefix === "" ? "" : `, only keys that begin with ${prefix}`;
  const kept = backUp === undefined ? "no backup is made of it" : "it is backed up before";
  return {
    does: [`what it was before is brought back from ${before.id}, of ${before.takenAt}${only}`],
    loses: [`what was written to it since, where that is replaced: ${kept}`],
  };
}
