import { InputError, messageOf } from "../../kernel/errors.ts";
import { kindOf } from "../kinds/index.ts";
import { type CataloguedBackup, catalogueOf } from "./catalogue.ts";
import type { Manifest } from "./manifest.ts";
import { lackOf, manifestOf } from "./read-manifest.ts";
import type { Repository } from "./restic.ts";

/**
 * What backups lack though the catalogue shows them: a snapshot that somebody removed is nothing to restic, and which packs a
 * backup needs only its manifest says. In words; throws as `Repository.dump` where it could not be asked.
 */
export async function lacksIn(repository: Repository): Promise<readonly string[]> {
  const manifests = new Map<string, Manifest | string>();
  for (const backup of sharing(await repository.snapshots()))
    manifests.set(backup.id, await manifestOrWhy(backup, repository));
  if (manifests.size === 0) return [];
  // Retention may have removed a backup with its packs meanwhile.
  const now = await repository.snapshots();
  return sharing(now).flatMap(({ id }) => {
    const read = manifests.get(id);
    if (read === undefined) return [];
    const words = typeof read === "string" ? read : lackOf(read, now);
    return words === undefined ? [] : [words];
  });
}

/** Of kinds whose backups share packs; the parts of the others are told by their tags. */
function sharing(snapshots: Parameters<typeof catalogueOf>[0]): readonly CataloguedBackup[] {
  return catalogueOf(snapshots).backups.filter(({ kind }) => kindOf(kind).asksNoHistory !== true);
}

async function manifestOrWhy(backup: CataloguedBackup, repository: Repository): Promise<Manifest | string> {
  try {
    return (await manifestOf(backup, repository)).manifest;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return `the manifest of ${backup.id} cannot be read: ${messageOf(thrown)}`;
  }
}
