import { InputError } from "../../../kernel/errors.ts";
import { allOf } from "../../lines.ts";
import { readPart } from "../../parts.ts";
import { type CataloguedPack, lastTelling } from "../../repository/catalogue.ts";
import type { Part } from "../../repository/manifest.ts";
import { isYoung } from "../../repository/pack-age.ts";
import type { Taking } from "../../store-kind.ts";
import { type ObjectEntry, ObjectsBody } from "./body.ts";
import { readEntries } from "./list.ts";
import { byKey, type Listed } from "./order.ts";

export const indexEnding = ".index.jsonl";

export interface Kept {
  readonly entry: ObjectEntry;
  readonly pack: Part;
}

/** What was copied before, in the order of the keys and of each the oldest first, read anew each time. */
export interface Source {
  /** The backup before: what it has and the bucket has not was deleted. */
  readonly isBackup: boolean;
  read(): AsyncIterable<Kept>;
}

/** Lists up to this many bytes are held between one reading and the next. */
const heldBytes = 8_000_000;
/** Each has a program that reads it. */
const mostRuns = 4;

/**
 * Lists of earlier backups of the same bucket, the newest first, unless their last proof failed. Reading one that is damaged throws
 * `InputError`.
 */
export async function* backupsBefore(taking: Taking, bucket: string, prefix: string): AsyncGenerator<Source> {
  for (const backup of taking.earlier) {
    if (lastTelling(backup.proofs)?.verdict === "failed") continue;
    const body = ObjectsBody.safeParse(await taking.bodyOf(backup).catch(ignoreDamage));
    if (!body.success || body.data.bucket !== bucket || body.data.prefix !== prefix) continue;
    const { list } = body.data;
    const read = replayed(() => readPart(taking.repository, list, taking.signal), list.bytes);
    yield { isBackup: true, read: () => thereOnly(readEntries(read()), taking) };
  }
}

/**
 * What whole packs hold that a run left which did not come to its end, the newest run first: an index is stored only after its pack was
 * stored whole. A damaged index ends where it is damaged: what it said before is so, and the rest is copied anew.
 */
export function leftBehind(taking: Taking, bucket: string): readonly Source[] {
  const ended = new Set(taking.earlier.map(({ id }) => id));
  const now = taking.clock.now();
  const indexes = taking.packs.filter(
    ({ file, backup, at }) =>
      file.endsWith(indexEnding) &&
      file.startsWith(nameOf(bucket)) &&
      !ended.has(backup) &&
      isYoung(at, now, "taken up"),
  );
  const runs = [...Map.groupBy(indexes, ({ backup }) => backup).values()];
  const newest = runs.toSorted((a, b) => (b[0]?.at ?? "").localeCompare(a[0]?.at ?? "")).slice(0, mostRuns);
  return newest.map((run) => ({ isBackup: false, read: () => ascending(ofRun(run, taking)) }));
}

async function* ofRun(indexes: readonly CataloguedPack[], taking: Taking): AsyncGenerator<Kept> {
  for (const { snapshot, file } of indexes.toSorted((a, b) => (a.file < b.file ? -1 : 1)))
    try {
      yield* thereOnly(readEntries(taking.repository.dump(snapshot, file, taking.signal)), taking);
    } catch (thrown) {
      ignoreDamage(thrown);
    }
}

async function* ascending(source: AsyncIterable<Kept>): AsyncGenerator<Kept> {
  let last: string | undefined;
  for await (const one of source) {
    if (last !== undefined && byKey(one.entry.key, last) < 0) continue;
    last = one.entry.key;
    yield one;
  }
}

async function* thereOnly(source: AsyncIterable<Kept>, { packs }: Taking): AsyncGenerator<Kept> {
  const there = new Set(packs.map(({ snapshot }) => snapshot));
  for await (const one of source) if (there.has(one.pack.snapshot)) yield one;
}

/** What is short is read from the repository once. */
function replayed(read: () => AsyncIterable<Uint8Array>, bytes: number): () => AsyncIterable<Uint8Array> {
  let held: Promise<readonly Uint8Array[]> | undefined;
  if (bytes > heldBytes) return read;
  return async function* () {
    held ??= allOf(read());
    yield* await held;
  };
}

/** What cannot be read is copied anew. */
function ignoreDamage(thrown: unknown): undefined {
  if (!(thrown instanceof InputError)) throw thrown;
  return undefined;
}

/** The beginning of the names of a bucket's packs. */
export function nameOf(bucket: string): string {
  return `${bucket.replace(/^\w+:\/\//, "").replace(/[^\w.-]+/g, "_")}-`;
}

/**
 * Whether an object is still the one that was copied. A version never changes, but that of `null`; its time may: versitygw 1.8.0 tells
 * another one once it is not the newest any more.
 */
export function isSame({ size, etag, modified, version, deleted = false }: Listed, { entry }: Kept): boolean {
  if (size !== entry.size || etag !== entry.etag || deleted !== (entry.deleted ?? false)) return false;
  if (version === undefined) return modified === entry.modified;
  return version === (entry.version ?? "null") && (version !== "null" || modified === entry.modified);
}

/** Of several that were copied of one key, the one that was no older version then, nor a delete marker. */
export function currentEntry(kept: readonly Kept[]): Kept | undefined {
  return kept.find(({ entry }) => entry.older !== true && entry.deleted !== true);
}
