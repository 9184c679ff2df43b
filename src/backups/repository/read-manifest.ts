import { InputError } from "../../kernel/errors.ts";
import type { CataloguedBackup } from "./catalogue.ts";
import { type Identity, type Manifest, readManifest, type SealedManifest } from "./manifest.ts";
import type { Repository, StoredSnapshot } from "./restic.ts";

/** The manifest within its snapshot. */
export const manifestFile = "manifest.json";

/** The manifest of a backup, its parts by their whole ids; throws `InputError` when it is not the one that the catalogue names. */
export async function manifestOf(
  backup: CataloguedBackup,
  repository: Repository,
  signal?: AbortSignal,
): Promise<SealedManifest> {
  const text = await repository.text(backup.manifest, manifestFile, signal);
  const sealed = readManifest(text, `the snapshot ${backup.manifest.slice(0, 8)}`);
  const { manifest, digest } = sealed;
  const parts = manifest.parts.flatMap((part) => {
    const [whole, ...more] = backup.parts.filter((one) => one.startsWith(part.snapshot));
    return whole === undefined || more.length > 0 ? [] : [{ ...part, snapshot: whole }];
  });
  const own = parts.length === manifest.parts.length;
  if (manifest.id !== backup.id || digest !== backup.digest || manifest.kind !== backup.kind || !own)
    throw new InputError(`the manifest of ${backup.id} is not the one that was written with it`);
  return { manifest: { ...manifest, parts }, digest };
}

/** Refuses a backup of which a pack is gone: they lie beside it, and other backups may use them too. */
export async function refuseIncomplete(manifest: Manifest, repository: Repository): Promise<void> {
  if (manifest.packs.length === 0) return;
  const lack = lackOf(manifest, await repository.snapshots());
  if (lack !== undefined) throw new InputError(lack);
}

/** What of a backup's packs is gone, in words. */
export function lackOf({ id, packs }: Manifest, snapshots: readonly StoredSnapshot[]): string | undefined {
  const there = new Set(snapshots.map((one) => one.id));
  const gone = packs.filter(({ snapshot }) => !there.has(snapshot));
  return gone.length === 0
    ? undefined
    : `${id} is no backup any more: ${gone.length} of its ${packs.length} packs are gone`;
}

/** Refuses another environment's, installation's or repository's backup under this one's name. */
export function refuseForeign(
  manifest: Manifest,
  expected: Omit<Identity, "component" | "store">,
  store: string,
): void {
  const { installation, environment, repository, component, store: own } = manifest.identity;
  const wrong = [
    installation === expected.installation ? [] : [`of the installation ${installation}, not ${expected.installation}`],
    environment === expected.environment ? [] : [`of ${environment}, not ${expected.environment}`],
    repository === expected.repository ? [] : ["made for another repository"],
    `${component}/${own}` === store ? [] : [`of ${component}/${own}, not ${store}`],
  ].flat();
  if (wrong.length > 0) throw new InputError(`${manifest.id} is refused: it is a backup ${wrong.join(", ")}`);
}
