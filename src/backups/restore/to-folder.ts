import type { RestoreFolder } from "../../kernel/backup-ports.ts";
import { counted } from "../../kernel/count.ts";
import { messageOf } from "../../kernel/errors.ts";
import { oneChunk } from "../parts.ts";
import { type Manifest, type Part, sizeOf, writeManifest } from "../repository/manifest.ts";
import type { Restoring, StorePlan, StoreRestored } from "./contract.ts";
import { retold } from "./retold.ts";

/**
 * Every backup comes back as files: its parts as they were stored, each held against its digest, and its manifest. `before`: bytes of
 * others that the same restore brings into the folder before it.
 */
export async function planToFolder(manifest: Manifest, folder: RestoreFolder, before = 0): Promise<StorePlan> {
  const bytes = sizeOf(manifest);
  const free = await folder.freeBytes();
  const refuses = [
    ...((await folder.isEmpty()) ? [] : [`${folder.folder} is not empty: name another folder`]),
    ...(free < before + bytes
      ? [
          `${folder.folder} has ${megabytes(free)} free, and ${manifest.id} needs ${megabytes(bytes)}${before === 0 ? "" : ` beside ${megabytes(before)} of others`}`,
        ]
      : []),
  ];
  const files = counted(manifest.parts.length + manifest.packs.length, "file");
  return {
    does: [`write ${files} with ${megabytes(bytes)} to ${folder.folder}, in clear`],
    loses: [],
    refuses,
    notes: [],
    isThere: false,
  };
}

/** What the inner folder of a backup is called. */
export function folderOf({ identity: { component, store } }: Manifest): string {
  return `${component}-${store}`;
}

/** Until all of it lies there, the name of its folder says that it does not; what breaks off is removed. */
export async function restoreToFolder(
  manifest: Manifest,
  folder: RestoreFolder,
  { readPart }: Restoring,
): Promise<StoreRestored> {
  const name = folderOf(manifest);
  const unfinished = `${name}.unfinished`;
  try {
    for (const [file, part] of named([...manifest.parts, ...manifest.packs]))
      await folder.write([unfinished, file], readPart(part));
    await folder.write([unfinished, "manifest.json"], oneChunk(writeManifest(manifest)));
    await folder.rename([unfinished], [name]);
  } catch (thrown) {
    await folder.remove([unfinished]).catch((left: unknown) => {
      const place = `${folder.folder}/${unfinished}`;
      throw retold(
        thrown,
        (message) => `${message}; ${place} is not whole, and could not be removed: ${messageOf(left)}`,
      );
    });
    throw thrown;
  }
  return { did: [`${manifest.id} lies in ${folder.folder}/${name}`], differences: [], notes: [] };
}

/** By names of files; each run counts its packs from one, so that those of several bear the beginning of their snapshots before. */
function* named(parts: readonly Part[]): Generator<readonly [file: string, part: Part]> {
  const alike = Map.groupBy(parts, ({ file }) => file.replaceAll("/", "_"));
  for (const [file, those] of alike)
    for (const part of those) yield [those.length === 1 ? file : `${part.snapshot.slice(0, 12)}-${file}`, part];
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
