import { basename, join } from "node:path";
import type { Ended, Restorer, Scratch } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { headOf } from "../others/candidates.ts";
import type { ArchiveHead } from "./archive-head.ts";
import { type Gathered, graver, type Problem, type Proving } from "./gathered.ts";
import { proveSql } from "./prove-sql.ts";
import { refuseBrokenRestorer } from "./restorer-end.ts";
import type { TarEntry } from "./tar-reader.ts";
import { runAs } from "./throw-away.ts";

/*
 * PostgreSQL's own pg_restore turns an archive into SQL, as the user of the throw-away server and without a connection; the SQL
 * goes the way of a plain dump, one refused statement at a time.
 */

/** Restores a custom archive as it is read: its data lies in the order in which pg_restore asks for it. */
export async function proveArchive(
  head: ArchiveHead,
  stream: AsyncIterable<Uint8Array>,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  return restore(head, ["--format=custom"], stream, gathered, proving);
}

/** Restores a folder of `pg_dump -Fd`. One that the server's user may not read is copied first. */
export async function proveDirectory(
  head: ArchiveHead,
  folder: string,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const { files } = proving.ports;
  const user = runAs(proving.workbench.user);
  const entries = await files.list(folder);
  const strange = entries.find(({ kind }) => kind !== "file");
  if (strange !== undefined)
    return {
      kind: "not-restorable",
      why: `${basename(strange.path)} in it is no file but a ${strange.kind}, which pg_dump does not write; it was not followed`,
    };
  if (entries.every(({ path }) => files.readableBy(path, user)))
    return restore(head, ["--format=directory", folder], undefined, gathered, proving);
  await proving.workbench.checkRoom(entries.reduce((sum, { size }) => sum + size, 0));
  const copy = await proving.workbench.scratch.inner();
  try {
    for (const { path } of entries) await copy.write(basename(path), files.read(path));
    return await restore(head, ["--format=directory", copy.folder], undefined, gathered, proving);
  } finally {
    await copy.remove();
  }
}

/** A tar that pg_dump wrote. */
export async function proveArchiveTar(
  head: ArchiveHead,
  stream: AsyncIterable<Uint8Array>,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  return restore(head, ["--format=tar"], stream, gathered, proving);
}

/** Names that pg_dump gives the files of a folder (src/bin/pg_dump/pg_backup_directory.c); nothing else is unpacked. */
const directoryFile =
  /^(?:toc\.dat|(?:\d+|blob_\d+)\.dat(?:\.gz|\.lz4|\.zst)?|blobs(?:_\d+)?\.toc(?:\.gz|\.lz4|\.zst)?)$/;

/** Folders of `pg_dump -Fd` that a tar holds: their files are written to the scratch folder under their own plain names. */
export class PackedDirectories {
  readonly #folders = new Map<string, { readonly unpacked: Scratch; readonly files: Set<string> }>();
  readonly #proving: Proving;

  constructor(proving: Proving) {
    this.#proving = proving;
  }

  /** Whether a file is part of one; if so it is unpacked. */
  async take({ name, content }: TarEntry): Promise<boolean> {
    const file = name.slice(name.lastIndexOf("/") + 1);
    if (!directoryFile.test(file)) return false;
    const folder = name.slice(0, -file.length);
    const known = this.#folders.get(folder) ?? {
      unpacked: await this.#proving.workbench.scratch.inner(),
      files: new Set(),
    };
    this.#folders.set(folder, known);
    if (known.files.has(file)) throw new InputError(`the tar holds ${name} twice`);
    known.files.add(file);
    await known.unpacked.write(file, content);
    return true;
  }

  async prove(gathered: Gathered): Promise<Problem> {
    let problem: Problem;
    for (const [folder, { unpacked, files }] of this.#folders) {
      if (!files.has("toc.dat")) continue;
      const head = await headOf(join(unpacked.folder, "toc.dat"), this.#proving.ports.files);
      if (head === undefined) return { kind: "not-restorable", why: `${folder}toc.dat is damaged` };
      gathered.format = gathered.format.replace(/^tar/, "directory archive of pg_dump, tar");
      const found = await restore(head, ["--format=directory", unpacked.folder], undefined, gathered, this.#proving);
      problem = graver(problem, found);
    }
    return problem;
  }

  async remove(): Promise<void> {
    for (const { unpacked } of this.#folders.values()) await unpacked.remove();
  }
}

async function restore(
  head: ArchiveHead,
  args: readonly string[],
  input: AsyncIterable<Uint8Array> | undefined,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const { workbench, ports, signal } = proving;
  const restorer = restorerFor(head, proving);
  if ("kind" in restorer) return restorer;
  const source = input === undefined ? undefined : new Watched(input);
  const running = ports.programs.start({
    program: restorer.file,
    args: ["--file=-", ...args],
    user: runAs(workbench.user),
    signal: AbortSignal.any([workbench.signal, signal]),
    ...(source === undefined ? {} : { input: source.bytes() }),
  });
  const { database: name, serverVersion, dumpVersion, madeAt } = head;
  let failed: Error | undefined;
  let isRead = false;
  async function* output(): AsyncGenerator<Uint8Array> {
    yield* running.output;
    isRead = true;
  }
  try {
    await proveSql(output(), { name, serverVersion, dumpVersion, madeAt }, gathered, proving);
  } catch (thrown) {
    failed = asError(thrown);
    running.stop();
  }
  const ended = await running.ended;
  if (workbench.signal.aborted) throw workbench.signal.reason;
  if (source?.broken !== undefined) throw source.broken;
  if (failed instanceof SystemError) throw failed;
  if (isRead) refuseBrokenRestorer(ended); // half of what it prints reads like damage
  return conclude(ended, failed);
}

/** A pg_restore that reads an archive, or that there is none here. */
export function restorerFor(head: ArchiveHead, { workbench: { restorers } }: Proving): Restorer | NonNullable<Problem> {
  return restorers.find(({ major }) => major >= head.readBy) ?? clientTooOld(head, restorers[0]?.major);
}

/** The first cause of those that one break brings with it. */
function conclude(ended: Ended, failed: Error | undefined): Problem {
  // What stopped us first may have broken its pipe.
  const byUs = failed !== undefined && /could not write|Broken pipe/.test(ended.errors);
  if (ended.status !== 0 && ended.signal === null && !byUs) return damaged(ended);
  if (failed !== undefined) throw failed;
  return undefined;
}

/** A source that remembers why it broke: the program that reads it sees only an end. */
class Watched {
  broken: Error | undefined;
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#source) yield chunk;
    } catch (thrown) {
      this.broken = asError(thrown);
      throw thrown;
    }
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
}

function clientTooOld({ version, readBy, dumpVersion }: ArchiveHead, newest: number | undefined): NonNullable<Problem> {
  const made = dumpVersion === undefined ? "" : `, made by pg_dump ${dumpVersion}`;
  const here =
    newest === undefined ? "no pg_restore is on this machine" : `the newest pg_restore on this machine is ${newest}`;
  return {
    kind: "unknown",
    why: `the archive has format ${version}${made}, and ${here}`,
    howToLearn: `Install pg_restore ${readBy} or newer (postgresql-client-${readBy} of apt.postgresql.org) and prove it again.`,
  };
}

/** It ended without having read the archive to its end. */
export function damaged({ errors }: Ended): NonNullable<Problem> {
  const words = errors
    .split("\n")
    .filter((line) => /error|fatal|warning/i.test(line))
    .slice(0, 3)
    .map((line) => line.replace(/^.*?pg_restore: /, ""))
    .join("; ");
  return {
    kind: "not-restorable",
    why: `pg_restore cannot read it to the end: ${words === "" ? errors.slice(0, 200) : words}`,
  };
}
