import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { BackupStore, GitlabStore } from "../../../platform/backup-stores.ts";
import { type CataloguedBackup, lastTelling } from "../../repository/catalogue.ts";
import type { OwnProving } from "../../store-kind.ts";
import { openPlace } from "../objects/take.ts";

/** An archive that backup-utility left in the backups' bucket, and whose copy in the repository is proven. */
export interface SurplusArchive {
  readonly backup: string;
  readonly object: string;
  readonly bucket: string;
  readonly bytes: number;
  remove(): Promise<void>;
}

export interface Surplus {
  readonly archives: readonly SurplusArchive[];
  /** Buckets that could not be looked into, and why. */
  readonly notes: readonly string[];
}

/**
 * Archives of our own, by the name that each of our backups gave its own, beyond those that are kept (`keepInBucket`, the newest).
 * One whose backup is gone, not proven or failed its last proof stays; so does what others made.
 */
export async function surplusArchives(
  stores: readonly BackupStore[],
  backups: readonly CataloguedBackup[],
  lent: Pick<OwnProving, "ports" | "secret">,
): Promise<Surplus> {
  const archives: SurplusArchive[] = [];
  const notes: string[] = [];
  for (const store of stores) {
    if (store.kind !== "gitlab") continue;
    try {
      archives.push(...(await ofStore(store, backups, await openPlace(store.backups, lent))));
    } catch (thrown) {
      if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
      notes.push(`archives of ${store.component}/${store.store}: ${messageOf(thrown)}`);
    }
  }
  return { archives, notes };
}

async function ofStore(
  { component, store, keepInBucket }: GitlabStore,
  backups: readonly CataloguedBackup[],
  bucket: ObjectBucket,
): Promise<readonly SurplusArchive[]> {
  const proven = backups.filter((one) => one.store === `${component}/${store}` && isProven(one));
  const ours = new Map(proven.map(({ id, takenAt }) => [`${id}_gitlab_backup.tar`, { backup: id, takenAt }]));
  const found: (SurplusArchive & { readonly takenAt: string })[] = [];
  for await (const page of bucket.list(`${component}-${store}-`))
    for (const { key: object, size: bytes } of page) {
      const own = ours.get(object);
      if (own === undefined) continue;
      found.push({ ...own, object, bytes, bucket: bucket.label, remove: () => bucket.delete(object) });
    }
  return found.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt)).slice(keepInBucket);
}

function isProven({ proofs, digest }: CataloguedBackup): boolean {
  const told = lastTelling(proofs);
  return told?.verdict === "proven" && told.digest === digest;
}
