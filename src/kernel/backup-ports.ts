import type { BucketAddress, ObjectBucket } from "./object-store.ts";
import type { Http } from "./ports.ts";

/** A user of this machine whom a program runs as. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramCall {
  /** A name on the path, or a file. */
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment beside what programs need to find each other. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it finds at `/dev/fd/3`: a password that stands in no argument, no environment and no file with a name. */
  readonly secret?: string | undefined;
  /** The same at `/dev/fd/4`, for a program that opens two things at once. */
  readonly secondSecret?: string | undefined;
  readonly user?: RunAs | undefined;
  /** Bytes are there as a whole before it starts: it reads all of them, also when we are killed meanwhile. A stream that is cut looks ended. */
  readonly input?: AsyncIterable<Uint8Array> | Uint8Array | Feed;
  /** A file that is made (0600) and takes what it prints, without our seeing it. Where there is one already nothing is started. */
  readonly into?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A complaint after which waiting is in vain: the program is ended at it. */
  readonly giveUpAt?: RegExp;
}

/**
 * A program whose output another one reads without a byte of it passing through us. It ends with us, also by `kill -9`; what it
 * reads itself is empty.
 */
export interface Feed {
  readonly call: Omit<ProgramCall, "input">;
  /**
   * Called when it has ended by itself. Its reader sees the end of the bytes only when this returns, and is killed when it throws.
   * Not called when the reader was gone first: that one's end tells.
   */
  readonly whole: (ended: Ended) => Promise<void>;
}

export function isFeed(source: object): source is Feed {
  return "whole" in source;
}

/** How a program ended. `errors` is what it complained, at most the first and the last 32 kB of it. */
export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

export interface Running {
  /** What it prints; must be read to the end, or the program waits. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly ended: Promise<Ended>;
  stop(): void;
}

/** Runs programs, never a shell. A program that is not there throws `InputError` when its end is awaited. */
export interface Programs {
  start(call: ProgramCall): Running;
  /** Every pg_restore of this machine, the newest first. */
  restorers(): Promise<readonly Restorer[]>;
}

/** PostgreSQL's program that reads archives. */
export interface Restorer {
  readonly file: string;
  readonly major: number;
}

export interface StoredFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** When its content last changed, in milliseconds since 1970. */
  readonly changedAt: number;
}

/** Files of this machine, read only. */
export interface StoredFiles {
  /** Undefined where there is nothing. A link is not followed, except at the path itself. */
  look(path: string): Promise<StoredFile | undefined>;
  list(folder: string): Promise<readonly StoredFile[]>;
  read(path: string): AsyncIterable<Uint8Array>;
  /** Whether a user may read a file. */
  readableBy(path: string, user: RunAs | undefined): boolean;
}

/** A folder of our own that is gone when the work is done; what a killed run left is removed by the next. */
export interface Scratch {
  readonly folder: string;
  freeBytes(): Promise<number>;
  write(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** The same for a file that `make` makes at the path it is given. */
  place(name: string, make: (path: string) => Promise<void>): Promise<void>;
  /** A folder in it, for as long as its work takes. */
  inner(): Promise<Scratch>;
  remove(): Promise<void>;
}

/** A folder that something is restored to, and that stays. */
export interface RestoreFolder {
  readonly folder: string;
  isEmpty(): Promise<boolean>;
  freeBytes(): Promise<number>;
  /** By names that lead nowhere else, a file (0600) and the folders it lies in (0700). Throws `InputError` for others and for what is there already. */
  write(names: readonly string[], content: AsyncIterable<Uint8Array>): Promise<void>;
  /** A folder (0700) in it. */
  inner(names: readonly string[]): Promise<string>;
  /** Gives what lies there another name. */
  rename(from: readonly string[], to: readonly string[]): Promise<void>;
  /** With all that lies in it; does nothing where there is nothing. */
  remove(names: readonly string[]): Promise<void>;
}

export interface ScratchFolders {
  /** Removes what killed runs left below `parent`, and makes a folder (0700) that belongs to `user`. */
  make(parent: string, user: RunAs | undefined): Promise<{ readonly scratch: Scratch; readonly removed: number }>;
}

/**
 * The key files of a restic repository, by their names. What cannot be asked throws `SystemError`: with remedy `retry` for a store
 * that is away, `stop` for what this very file or folder does not allow.
 */
export interface KeyFiles {
  /** The newest first, and only names that a key has; none where there is no repository. */
  list(): Promise<readonly string[]>;
  /** undefined: there is none of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Whole or not at all; does nothing where one of that name lies. */
  write(name: string, content: Uint8Array): Promise<void>;
}

/** What a statement that the server refused came back with. */
export interface SqlFailure {
  /** SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html). */
  readonly code: string;
  readonly message: string;
}

/** One connection to a database. A lost connection throws `SystemError`. */
export interface Database {
  /** Runs one statement in the bytes of the client encoding; undefined when it went well. */
  run(statement: Uint8Array): Promise<SqlFailure | undefined>;
  /** As `run` for `COPY … FROM stdin`; when the server refuses the statement itself, `rows` is not read. */
  copy(statement: Uint8Array, rows: AsyncIterable<Uint8Array>): Promise<SqlFailure | undefined>;
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** A database of others that is only asked. A lost connection throws `SystemError`, a refused statement too, in the server's words. */
export interface SourceDatabase {
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

export interface DatabaseAddress {
  /** The folder of the server's socket. */
  readonly socket: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** A database of SQLite's that is only read; a question waits until it is answered, and with it all else. */
export interface SqliteFile {
  /** Throws `InputError` for a file that is damaged or none of SQLite's. */
  query(sql: string): readonly Readonly<Record<string, unknown>>[];
  /** The same, each row as it comes. */
  each(sql: string): Iterable<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** A database that was restored and is asked; `each`: how SQLite gives rows one by one, where PostgreSQL has cursors. */
export type RestoredDatabase = Pick<SourceDatabase, "query"> & Partial<Pick<SqliteFile, "each">>;

type SpillValue = string | number | Uint8Array | null;

/**
 * Rows that are too many for memory, in a new file of SQLite's; whoever opens it removes its folder. Throws `SystemError` where the
 * disk is full, and from then on whatever is asked.
 */
export interface Spill {
  /** True where a row was changed by it. */
  run(sql: string, ...values: readonly SpillValue[]): boolean;
  all(sql: string, ...values: readonly SpillValue[]): readonly Readonly<Record<string, unknown>>[];
  /** Each row as it comes; meanwhile others may be asked, and other tables changed. */
  each(sql: string, ...values: readonly SpillValue[]): Iterable<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** All that proving a backup touches of the outside. */
export interface BackupPorts {
  readonly programs: Programs;
  readonly files: StoredFiles;
  readonly scratch: ScratchFolders;
  connect(address: DatabaseAddress): Promise<Database>;
  /** By `postgresql://…`; no message holds its password. Throws `InputError` for what is no such address. */
  connectSource(url: string): Promise<SourceDatabase>;
  /** Makes it where it is not there. */
  openFolder(folder: string): Promise<RestoreFolder>;
  openSqlite(file: string): SqliteFile;
  openSpill(file: string): Spill;
  /** Those of a repository in a folder of this machine. */
  openKeys(repository: string): KeyFiles;
  /** `trusted`: certificates to trust in place of this machine's, PEM. */
  openHttp(trusted: string | undefined): Http;
  /** Nothing is asked before the first question. */
  openBucket(address: BucketAddress): ObjectBucket;
}
