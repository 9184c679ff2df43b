import { basename, join } from "node:path";
import type { StoredFile, StoredFiles } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { type ArchiveHead, readArchiveHead } from "../proof/archive-head.ts";
import type { ProofReport } from "../proof/proof.ts";

/** Something that may be a backup. */
export type Candidate = CandidateFile | CandidateDirectory;

interface CandidateFile {
  readonly kind: "file";
  readonly name: string;
  readonly bytes: number | undefined;
  readonly changedAt: number | undefined;
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Told once it was read. */
  readonly endNotes?: () => Promise<readonly string[]>;
}

interface CandidateDirectory {
  readonly kind: "directory";
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: number;
  readonly path: string;
  readonly head: ArchiveHead;
  readonly endNotes?: () => Promise<readonly string[]>;
}

export interface Found {
  readonly kind: ProofReport["kind"];
  readonly candidates: readonly Candidate[];
  readonly passedOver: ProofReport["passedOver"];
  readonly notes: readonly string[];
}

const deepest = 6;
/** A folder or a bucket with more of them is none of backups alone. */
export const mostFiles = 20_000;
const mostNamed = 10;

/** The backups a path holds: the file itself, the dump a folder is, or in any other folder the newest of each series. */
export async function candidatesIn(path: string, files: StoredFiles): Promise<Found> {
  const found = await files.look(path);
  if (found === undefined) throw new InputError(`There is no ${path}.`);
  if (found.kind === "file")
    return { kind: "file", candidates: [fileOf(found, basename(path), files)], passedOver: [], notes: [] };
  if (found.kind !== "folder") throw new InputError(`${path} is neither a file nor a folder.`);
  const dump = await directoryOf(found, basename(path), files);
  if (dump !== undefined) return { kind: "folder", candidates: [dump], passedOver: [], notes: [] };
  const passedOver: { name: string; why: string }[] = [];
  const all = await walk(path, "", files, passedOver, 0);
  if (all.length === 0) throw new InputError(`The folder ${path} holds no file.`);
  return { kind: "folder", passedOver, ...newestOfEach(all) };
}

function olderWords(older: readonly string[]): string {
  const more = older.length > mostNamed ? ` and ${older.length - mostNamed} more` : "";
  return `${older.length} older of the same series were not restored (names that differ in numbers alone are one series; name one to prove it): ${older.slice(0, mostNamed).join(", ")}${more}.`;
}

async function walk(
  folder: string,
  below: string,
  files: StoredFiles,
  passedOver: { name: string; why: string }[],
  depth: number,
): Promise<Candidate[]> {
  if (depth > deepest) {
    passedOver.push({ name: below, why: `it lies more than ${deepest} folders deep` });
    return [];
  }
  const found: Candidate[] = [];
  for (const entry of await files.list(folder)) {
    const name = join(below, basename(entry.path));
    if (found.length > mostFiles)
      throw new InputError(`${folder} holds more than ${mostFiles} files; name the folder of the backups.`);
    if (entry.kind === "file") found.push(fileOf(entry, name, files));
    else if (entry.kind === "folder" && basename(name) === "lost+found")
      passedOver.push({ name, why: "what a check of the disk found, which is root's alone" });
    else if (entry.kind === "folder")
      found.push(
        ...(await orUnread(
          entry,
          name,
          async () =>
            (await one(entry, name, files, passedOver)) ?? (await walk(entry.path, name, files, passedOver, depth + 1)),
        )),
      );
    else passedOver.push({ name, why: entry.kind === "link" ? "a link; links are not followed" : "no file" });
  }
  return found;
}

/** A folder that we may not read, or that went while we looked, is one that nobody can tell of: the others are proven all the same. */
async function orUnread(
  { changedAt }: StoredFile,
  name: string,
  look: () => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    const open = (): never => {
      throw thrown;
    };
    return [{ kind: "file", name, bytes: undefined, changedAt, open }];
  }
}

/** A folder that is one thing, not a folder of things. */
async function one(
  entry: StoredFile,
  name: string,
  files: StoredFiles,
  passedOver: { name: string; why: string }[],
): Promise<Candidate[] | undefined> {
  const dump = await directoryOf(entry, name, files);
  if (dump !== undefined) return [dump];
  const names = new Set((await files.list(entry.path)).map(({ path }) => basename(path)));
  if (names.has("PG_VERSION") && names.has("global")) {
    passedOver.push({
      name,
      why: "the files of a PostgreSQL server (pg_basebackup or a copy), which is not proven yet",
    });
    return [];
  }
  if (["config", "data", "index", "keys", "snapshots"].every((part) => names.has(part))) {
    passedOver.push({ name, why: "a restic repository; prove it by its own path" });
    return [];
  }
  return undefined;
}

function fileOf({ path, size, changedAt }: StoredFile, name: string, files: StoredFiles): Candidate {
  return { kind: "file", name, bytes: size, changedAt, open: () => files.read(path) };
}

async function directoryOf(folder: StoredFile, name: string, files: StoredFiles): Promise<Candidate | undefined> {
  const toc = await files.look(join(folder.path, "toc.dat"));
  if (toc?.kind !== "file") return undefined;
  const head = await headOf(toc.path, files);
  if (head === undefined || head.format === "custom") return undefined;
  const entries = await files.list(folder.path);
  return {
    kind: "directory",
    name,
    path: folder.path,
    head,
    bytes: entries.reduce((sum, { size }) => sum + size, 0),
    changedAt: toc.changedAt,
  };
}

/** What the archive in a file says of itself; undefined when it is none. */
export async function headOf(path: string, files: StoredFiles): Promise<ArchiveHead | undefined> {
  return readArchiveHead(await firstBytes(files.read(path), 65_536));
}

async function firstBytes(source: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return Buffer.concat(chunks).subarray(0, count);
}

/** Files whose names differ in numbers alone are one series: `mlflow-2026-11-20.dump`. The newest is what its file says. */
export function newestOfEach(all: readonly Candidate[]): Pick<Found, "candidates" | "notes"> {
  const newest = new Map<string, Candidate>();
  for (const candidate of all) {
    const series = candidate.name.replace(/\d+/g, "#");
    const best = newest.get(series);
    if (best === undefined || (candidate.changedAt ?? 0) > (best.changedAt ?? 0)) newest.set(series, candidate);
  }
  const candidates = [...newest.values()];
  const older = all.filter((candidate) => !candidates.includes(candidate)).map(({ name }) => name);
  return { candidates, notes: older.length === 0 ? [] : [olderWords(older)] };
}
