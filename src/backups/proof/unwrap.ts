import { type Duplex, Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { InputError, messageOf } from "../../kernel/errors.ts";
import { type ArchiveHead, readArchiveHead } from "./archive-head.ts";
import { isTar } from "./tar-reader.ts";
import { frameByFrame } from "./zstd-frames.ts";

/** What a stream of bytes is, told by its bytes. */
export type Content =
  | { readonly kind: "plain" }
  | { readonly kind: "archive"; readonly head: ArchiveHead }
  | { readonly kind: "tar" }
  /** A tar that pg_dump wrote (`-Ft`). */
  | { readonly kind: "archive-tar"; readonly head: ArchiveHead }
  | { readonly kind: "sqlite" }
  | { readonly kind: "empty" }
  /** `toDo`: how it becomes something that can be read, where that is known. */
  | { readonly kind: "other"; readonly why: string; readonly toDo?: string };

export interface Unwrapped {
  readonly content: Content;
  /** `gzip`, `zstd`, outermost first. */
  readonly wraps: readonly string[];
  /** The first bytes, which `stream` gives again. */
  readonly head: Uint8Array;
  readonly stream: AsyncIterable<Uint8Array>;
}

const headBytes = 65_536;
const deepest = 3;
/** What some editors put before text in UTF-8; psql passes it over (src/bin/psql/mainloop.c). */
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Takes off compression and says what is inside. Damage found later throws `InputError` from the stream. */
export async function unwrap(source: AsyncIterable<Uint8Array>): Promise<Unwrapped> {
  const wraps: string[] = [];
  let stream = source;
  for (;;) {
    const { head, whole } = await peek(stream, headBytes);
    if (startsWith(head, byteOrderMark)) {
      stream = without(whole, byteOrderMark.length);
      continue;
    }
    const wrap = wrappings.find(({ magic }) => startsWith(head, magic));
    if (wrap === undefined || wraps.length === deepest) return { content: contentOf(head), wraps, head, stream: whole };
    wraps.push(wrap.name);
    stream = decompressed(whole, wrap);
  }
}

interface Wrapping {
  readonly name: string;
  readonly magic: readonly number[];
  readonly open: () => Duplex;
  /** As the decoder has to be given it. */
  readonly pieces: (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

const zstd = { name: "zstd", open: () => createZstdDecompress(), pieces: frameByFrame };

/** RFC 1952 (gzip), RFC 8878 (Zstandard; pzstd begins with a frame that is skipped). */
const wrappings: readonly Wrapping[] = [
  { name: "gzip", magic: [0x1f, 0x8b], open: () => createGunzip(), pieces: (packed) => packed },
  { ...zstd, magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { ...zstd, magic: [0x50, 0x2a, 0x4d, 0x18] },
];

/** What we see and do not read. */
const others: readonly { readonly magic: readonly number[]; readonly why: string; readonly toDo?: string }[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], why: "it is compressed by xz", toDo: "Decompress it first: xz -dk FILE." },
  { magic: [0x42, 0x5a, 0x68], why: "it is compressed by bzip2", toDo: "Decompress it first: bzip2 -dk FILE." },
  { magic: [0x04, 0x22, 0x4d, 0x18], why: "it is compressed by lz4", toDo: "Decompress it first: lz4 -dk FILE." },
  { magic: [0x50, 0x4b, 0x03, 0x04], why: "it is a zip", toDo: "Unpack it first and name what is in it." },
  { magic: [...Buffer.from("age-encryption.org")], why: "it is encrypted with age", toDo: "Decrypt it first." },
  { magic: [...Buffer.from("-----BEGIN PGP")], why: "it is encrypted with OpenPGP", toDo: "Decrypt it first." },
  { magic: [0x8c, 0x0d, 0x04], why: "it looks encrypted with OpenPGP", toDo: "Decrypt it first." },
  { magic: [...Buffer.from("REDIS0")], why: "it is a snapshot of Redis (RDB), which is not proven yet" },
  ...[
    [0xff, 0xfe],
    [0xfe, 0xff],
  ].map((magic) => ({
    magic,
    why: "it is text in UTF-16, as PowerShell's > writes it, and PostgreSQL reads none of that",
    toDo: "Dump anew with pg_dump --file; what is there becomes readable by: iconv -f UTF-16 -t UTF-8 FILE.",
  })),
];

function contentOf(head: Uint8Array): Content {
  if (head.length === 0) return { kind: "empty" };
  const archive = readArchiveHead(head);
  if (archive !== undefined) return { kind: "archive", head: archive };
  if (Buffer.from(head.subarray(0, 5)).toString("latin1") === "PGDMP")
    return { kind: "other", why: "it begins as an archive of pg_dump, and its head is damaged or cut off" };
  if (isTar(head)) return tarContent(head);
  if (Buffer.from(head.subarray(0, 16)).toString("latin1") === "SQLite format 3\0") return { kind: "sqlite" };
  const other = others.find(({ magic }) => startsWith(head, magic));
  if (other !== undefined) {
    const { magic: _, ...said } = other;
    return { kind: "other", ...said };
  }
  return textContent(Buffer.from(head).toString("latin1"));
}

/**
 * What `pg_dump -Ft` writes begins with `toc.dat`, owned by the user 2048 (tarCreateHeader of src/port/tar.c); a folder that a
 * person packed does not.
 */
function tarContent(head: Uint8Array): Content {
  const name = Buffer.from(head.subarray(0, 8)).toString("latin1");
  const owner = Buffer.from(head.subarray(108, 115)).toString("latin1");
  const archive = name === "toc.dat\0" && owner === "0004000" ? readArchiveHead(head.subarray(512)) : undefined;
  return archive === undefined ? { kind: "tar" } : { kind: "archive-tar", head: archive };
}

function textContent(text: string): Content {
  if (text.trim() === "" && text.length < headBytes) return { kind: "empty" };
  const [complaint] = /^pg_dump(?:all)?: .*/.exec(text) ?? [];
  if (complaint !== undefined)
    return {
      kind: "other",
      why: `it holds what pg_dump complained of: ${complaint.slice(0, 200)}`,
      toDo: "Mend that, and dump anew.",
    };
  if (/^-- (?:MySQL|MariaDB) dump/m.test(text.slice(0, 500)))
    return { kind: "other", why: "it is a dump of MySQL or MariaDB, which is not proven yet" };
  const isText = !text.includes("\0");
  if (
    isText &&
    /^\s*(?:--|\/\*|\\(?:un)?restrict\b|\\connect\b|(?:set|create|begin|insert|copy|drop|alter|select)[\s;])/i.test(
      text,
    )
  )
    return { kind: "plain" };
  return {
    kind: "other",
    why: "its bytes begin like nothing we know: no dump of PostgreSQL, no tar, not gzip, not zstd",
  };
}

/** The first bytes of a stream, and the whole of it again. */
async function peek(
  source: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < count && !ended) {
    const { value, done } = await iterator.next();
    if (done === true) ended = true;
    else {
      chunks.push(value);
      length += value.length;
    }
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      for (
        let next = ended ? undefined : await iterator.next();
        next !== undefined && next.done !== true;
        next = await iterator.next()
      )
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(chunks).subarray(0, count), whole: whole() };
}

async function* without(source: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of source) {
    const passed = Math.min(left, chunk.length);
    left -= passed;
    if (chunk.length > passed) yield chunk.subarray(passed);
  }
}

async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  { name, open, pieces }: Wrapping,
): AsyncGenerator<Uint8Array> {
  const unpacking = open();
  const packed = Readable.from(pieces(source), { objectMode: false });
  let broken: Error | undefined;
  packed.on("error", (thrown) => {
    broken = thrown;
    unpacking.destroy(thrown);
  });
  packed.pipe(unpacking);
  try {
    for await (const chunk of unpacking) yield chunk as Uint8Array;
  } catch (thrown) {
    if (broken !== undefined) throw broken;
    throw new InputError(`the ${name} is cut off or damaged: ${messageOf(thrown)}`, { cause: thrown });
  } finally {
    packed.destroy();
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
