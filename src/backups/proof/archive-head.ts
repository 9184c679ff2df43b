import type { Instant } from "../../kernel/instant.ts";
import { instantOf } from "../../kernel/instant.ts";

/** What PostgreSQL's own archives say of themselves before any data. */
export interface ArchiveHead {
  readonly format: "custom" | "directory or tar";
  /** `1.14`. */
  readonly version: string;
  /** The first major of pg_restore that reads this version. */
  readonly readBy: number;
  /** When pg_dump began, by the clock and in the zone of the machine it ran on: hours may lie between it and UTC. */
  readonly madeAt: Instant | undefined;
  readonly database: string | undefined;
  /** `16.4 (Debian 16.4-1.pgdg120+2)`. */
  readonly serverVersion: string | undefined;
  readonly dumpVersion: string | undefined;
}

/** Which pg_restore reads an archive: src/bin/pg_dump/pg_backup_archiver.h, K_VERS_MAX at each REL_n_STABLE. */
const readers: readonly (readonly [minor: number, major: number])[] = [
  [14, 12],
  [15, 16],
  [16, 17],
];

/** An archive of a later format than those we know needs at least the major after the last of them. */
const unheardOf = 19;

/** `ArchiveFormat` of pg_backup.h; a folder's `toc.dat` says that it is a tar. */
const formats: Readonly<Record<number, ArchiveHead["format"]>> = { 1: "custom", 3: "directory or tar" };

/**
 * Reads the head of a custom archive, or of the `toc.dat` of the others (ReadHead in src/bin/pg_dump/pg_backup_archiver.c);
 * undefined when it is none.
 */
export function readArchiveHead(bytes: Uint8Array): ArchiveHead | undefined {
  const reader = new HeadReader(Buffer.from(bytes));
  try {
    return reader.head();
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined; // it ends too early
    throw thrown;
  }
}

class HeadReader {
  readonly #bytes: Buffer;
  #at = 0;
  #intSize = 4;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  head(): ArchiveHead | undefined {
    if (this.#bytes.toString("latin1", 0, 5) !== "PGDMP") return undefined;
    this.#at = 5;
    const [major, minor] = [this.#byte(), this.#byte(), this.#byte()];
    this.#intSize = this.#byte();
    this.#byte(); // size of offsets
    const format = formats[this.#byte()];
    if (format === undefined || major !== 1 || minor < 10 || this.#intSize < 1 || this.#intSize > 8) return undefined;
    // The compression: an algorithm's number since 1.15, a level before.
    if (minor >= 15) this.#byte();
    else this.#int();
    const madeAt = this.#moment();
    const [database, serverVersion, dumpVersion] = [this.#text(), this.#text(), this.#text()];
    const readBy = readers.find(([upTo]) => minor <= upTo)?.[1] ?? unheardOf;
    return { format, version: `${major}.${minor}`, readBy, madeAt, database, serverVersion, dumpVersion };
  }

  /** `struct tm` in seven numbers, the last of which tells summer time. */
  #moment(): Instant | undefined {
    const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = Array.from({ length: 7 }, () =>
      this.#int(),
    );
    const millis = Date.UTC(year + 1900, month, day, hour, minute, second);
    return Number.isNaN(millis) || Math.abs(year) > 300 ? undefined : instantOf(millis);
  }

  #byte(): number {
    const byte = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return byte;
  }

  /** A sign, then bytes from the least. */
  #int(): number {
    const sign = this.#byte() === 0 ? 1 : -1;
    let value = 0;
    for (let index = 0; index < this.#intSize; index += 1) value += this.#byte() * 2 ** (8 * index);
    return sign * value;
  }

  #text(): string | undefined {
    const length = this.#int();
    if (length < 0) return undefined;
    if (this.#at + length > this.#bytes.length) throw new RangeError("too short");
    this.#at += length;
    return this.#bytes.toString("utf8", this.#at - length, this.#at);
  }
}
