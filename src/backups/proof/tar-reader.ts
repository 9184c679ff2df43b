import { InputError } from "../../kernel/errors.ts";
import { Bytes } from "./bytes.ts";

/** A file in a tar; its `content` must be read before the next entry is asked for, or is passed over. */
export interface TarEntry {
  readonly name: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly changedAt: number;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly content: AsyncIterable<Uint8Array>;
}

const block = 512;
/** Names longer than this are no names. */
const longestName = 64_000;

/**
 * The entries of a tar, in order, without writing any (POSIX.1-2017 pax "ustar Interchange Format", GNU tar manual "Basic Tar
 * Format" for `L` and base-256 sizes). Throws `InputError` when it ends early or a header is damaged. What stands behind the end that
 * it says is not read, and the source stays open for it; a reader that stops sooner, or a throw, ends the source.
 */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new TarBytes(source);
  let isAtEnd = false;
  try {
    yield* entriesOf(bytes);
    isAtEnd = true;
  } finally {
    if (!isAtEnd) await bytes.close();
  }
}

/**
 * The same, and after the last entry the source is read to its own end: only there does a compression tell damage, and whoever
 * made the source what it came to.
 */
export async function* wholeTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = source[Symbol.asyncIterator]();
  const whole = { [Symbol.asyncIterator]: () => input };
  yield* tarEntries(whole);
  for await (const _ of whole);
}

async function* entriesOf(bytes: TarBytes): AsyncGenerator<TarEntry> {
  let long: { name?: string; size?: number } = {};
  for (;;) {
    const header = await nextHeader(bytes);
    if (header === undefined) return;
    const { name, size, changedAt, type } = header;
    if (aboutNext.has(type)) {
      long = { ...long, ...extended(type, await bytes.whole(size)) };
      continue;
    }
    const whole = long.size ?? size;
    const left = { bytes: whole };
    const content = bytes.content(left);
    yield { name: long.name ?? name, size: whole, changedAt, kind: kindOf(type), content };
    // A reader that stopped early has left the rest.
    for await (const _ of bytes.content(left));
    await bytes.padding(whole);
    long = {};
  }
}

/** Entries that only say more about the next one: GNU's long name and long target, pax records. */
const aboutNext = new Set(["L", "K", "x", "g"]);

function extended(type: string, said: Buffer): { name?: string; size?: number } {
  if (type === "L") return { name: said.toString("utf8").replace(/\0.*$/s, "") };
  return type === "x" ? paxOf(said) : {};
}

/** Undefined at the end that the tar says. */
async function nextHeader(bytes: TarBytes): Promise<ReturnType<typeof readHeader> | undefined> {
  const header = await bytes.upTo(block);
  if (header.length === 0) throw new InputError("the tar has no end: two empty blocks should stand there");
  if (header.length < block) throw new InputError("the tar ends within a header");
  if (isEmpty(header)) {
    if (isEmpty(await bytes.upTo(block))) return undefined;
    throw new InputError("the tar is damaged: an empty block stands in it where a header should");
  }
  const read = readHeader(header);
  if (read.type === "S") await passMap(header[482], bytes);
  return read;
}

function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Where the holes of GNU's sparse file are goes on in blocks of its own, before its content; each says whether one follows. */
async function passMap(follows: number | undefined, bytes: TarBytes): Promise<void> {
  for (let more = follows; more !== undefined && more !== 0; ) more = (await bytes.upTo(block))[504];
}

/** Whether bytes begin with a tar's header. */
export function isTar(head: Uint8Array): boolean {
  return head.length >= block && hasChecksum(head.subarray(0, block));
}

/** A path that would leave the folder it is unpacked in. */
export function leavesFolder(name: string): boolean {
  return name.startsWith("/") || name.split("/").includes("..");
}

function readHeader(header: Uint8Array): {
  readonly name: string;
  readonly size: number;
  readonly changedAt: number;
  readonly type: string;
} {
  if (!hasChecksum(header)) throw new InputError("the tar is damaged: a header's checksum is wrong");
  const text = (from: number, length: number): string =>
    Buffer.from(header.subarray(from, from + length))
      .toString("utf8")
      .replace(/\0.*$/s, "");
  const prefix = text(257, 5) === "ustar" && header[262] === 0 ? text(345, 155) : "";
  const name = text(0, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: numberAt(header, 124, 12),
    changedAt: numberAt(header, 136, 12),
    type: String.fromCharCode(header[156] ?? 0),
  };
}

function hasChecksum(header: Uint8Array): boolean {
  const field = Buffer.from(header.subarray(148, 156)).toString("latin1").replace(/\0.*$/s, "").trim();
  if (!/^[0-7]{1,8}$/.test(field)) return false;
  let sum = 0;
  for (let index = 0; index < block; index += 1) sum += index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
  return sum === Number.parseInt(field, 8);
}

/** Octal digits, or GNU's binary for what is larger. */
function numberAt(header: Uint8Array, from: number, length: number): number {
  const field = Buffer.from(header.subarray(from, from + length));
  if ((field[0] ?? 0) & 0x80) return Number(field.readBigUInt64BE(length - 8));
  const digits = field.toString("latin1").replace(/\0.*$/s, "").trim();
  if (digits === "") return 0;
  if (!/^[0-7]+$/.test(digits)) throw new InputError("the tar is damaged: a size is no number");
  return Number.parseInt(digits, 8);
}

function paxOf(said: Buffer): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {};
  for (let at = 0; at < said.length; ) {
    const { key, value, end } = recordAt(said, at);
    if (key === "path") found.name = value;
    if (key === "size" && /^\d{1,15}$/.test(value)) found.size = Number(value);
    at = end;
  }
  return found;
}

/** `LENGTH key=value\n`, of so many bytes in all: a name may hold what looks like a record. */
function recordAt(said: Buffer, at: number): { readonly key: string; readonly value: string; readonly end: number } {
  const [head = "", length, key = ""] = /^(\d{1,5}) ([^=]+)=/.exec(said.toString("latin1", at, at + 200)) ?? [];
  const end = at + Number(length);
  if (head === "" || end <= at + head.length || said[end - 1] !== 10)
    throw new InputError("the tar is damaged: what it says of a file is no record");
  return { key, value: said.toString("utf8", at + head.length, end - 1), end };
}

function kindOf(type: string): TarEntry["kind"] {
  if (type === "0" || type === "\0" || type === "7") return "file";
  if (type === "5") return "folder";
  return type === "1" || type === "2" ? "link" : "other";
}

/** What a tar is made of. */
class TarBytes extends Bytes {
  async whole(size: number): Promise<Buffer> {
    if (size > longestName) throw new InputError("the tar is damaged: a name is longer than any path");
    const text = await this.upTo(size);
    if (text.length < size) throw new InputError("the tar ends within a name");
    await this.padding(size);
    return Buffer.from(text);
  }

  async *content(left: { bytes: number }): AsyncGenerator<Uint8Array> {
    while (left.bytes > 0) {
      const piece = await this.piece(left.bytes);
      if (piece.length === 0) throw new InputError(`the tar ends within a file: ${left.bytes} bytes of it are missing`);
      left.bytes -= piece.length;
      yield piece;
    }
  }

  async padding(size: number): Promise<void> {
    await this.upTo((block - (size % block)) % block);
  }
}
