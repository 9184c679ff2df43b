import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findArchived } from "../../src/backups/kinds/gitlab/archived-repository.ts";
import { ArchivedRepositories, type ProvedArchive } from "../../src/backups/kinds/gitlab/prove-archived.ts";
import { readArchived } from "../../src/backups/kinds/gitlab/read-archived.ts";
import { allOf } from "../../src/backups/lines.ts";
import { openBackups } from "../../src/edge/backups.ts";
import { InputError } from "../../src/kernel/errors.ts";
import { said } from "./program.ts";

/* What the product reads out of an archive: the tar of a folder with `repositories` in it. */

const { ports } = openBackups(process.env);

/** As `backup prove` opens the repositories of an archive. */
export async function proveArchive(folder: string): Promise<ProvedArchive> {
  const scratch = mkdtempSync(join(tmpdir(), "millwright-gitaly-proof-"));
  const signal = new AbortController().signal;
  const archived = new ArchivedRepositories({ ports, scratch, signal, progress: () => undefined });
  try {
    for await (const _ of archived.pass(await tarOf(folder)));
    await archived.close();
    return archived.concluded();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface FoundAlone {
  /** `ID NAME`, in the order of these lines. */
  readonly refs?: readonly string[];
  /** The tar of its custom hooks. */
  readonly hooks?: Uint8Array;
  /** Why it does not come back alone. */
  readonly refused?: string;
}

/** As one repository alone is found for its restore. */
export async function findInArchive(folder: string, name: string): Promise<FoundAlone> {
  const file = await packArchive(folder);
  const open = (): AsyncIterable<Uint8Array> => ports.files.read(file);
  try {
    const found = await findArchived(open, name);
    const refs = [...found.refs].map(([ref, at]) => `${at} ${ref}`).toSorted();
    if (found.hooks === undefined) return { refs };
    const pieces = await readArchived(open, { name, file: found.hooks.file }, allOf);
    return { refs, hooks: Buffer.concat(pieces) };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return { refused: thrown.message };
  } finally {
    rmSync(file);
  }
}

async function tarOf(folder: string): Promise<AsyncIterable<Uint8Array>> {
  return ports.files.read(await packArchive(folder));
}

/** The tar of it, beside it. */
export async function packArchive(folder: string): Promise<string> {
  const file = `${folder}.tar`;
  await said("tar", ["-C", folder, "-cf", file, "."]);
  return file;
}
