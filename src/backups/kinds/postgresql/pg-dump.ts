import { dirname, join } from "node:path";
import type { BackupPorts, Ended, Feed, SourceDatabase } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { Source } from "../../parts.ts";

/** Where a database is asked and dumped from. */
export interface DumpSource {
  connect(): Promise<SourceDatabase>;
  /** Throws `InputError` where there is no pg_dump that a server of this version takes. */
  dumper(serverVersion: string): Promise<Dumper>;
}

export interface Dumper {
  readonly version: Promise<string>;
  /** An archive in the custom format; it has no end when the program did not end well. */
  dump(snapshot: string, signal: AbortSignal): Source;
}

/** A database that an address leads to, by the programs of this machine. */
export function sourceByUrl(url: string, ports: BackupPorts): DumpSource {
  return {
    connect: () => ports.connectSource(url),
    async dumper(serverVersion) {
      const { file } = await programFor(serverVersion, ports);
      const version = versionOf(file, ports);
      version.catch(() => undefined); // it is awaited when all else went well
      return {
        version,
        dump: (snapshot, signal) => ({ call: dumpCall(file, url, snapshot, signal), whole: refuseBroken }),
      };
    },
  };
}

/**
 * Every table is locked by our own session when pg_dump starts: it only ever waits behind somebody who waits for us, alone with a
 * table (TRUNCATE, a migration), and would for ever, with all who come after. So it gives way soon, and the backup is tried again.
 */
const lockWaitSeconds = 5;

/** What pg_dump is told beside its database: not compressed, since restic finds what is the same as last time only in what is not. */
export function dumpOptions(snapshot: string): readonly string[] {
  return [
    "--format=custom",
    "--compress=0",
    "--no-password",
    `--snapshot=${snapshot}`,
    `--lock-wait-timeout=${lockWaitSeconds}s`,
  ];
}

async function refuseBroken({ status, signal, errors }: Ended): Promise<void> {
  if (status === 0) return;
  const words = errors
    .split("\n")
    .filter((line) => /error|fatal/i.test(line))
    .slice(0, 3)
    .join("; ");
  // pg_dump sets it as the server's timeout of that one statement (src/bin/pg_dump/pg_dump.c, setup_connection).
  if (/canceling statement due to (?:statement|lock) timeout/.test(errors))
    throw new SystemError(
      `somebody waits to have a table${tableIn(errors)} alone: TRUNCATE, ALTER TABLE, a migration; pg_dump gave way after ${lockWaitSeconds} seconds`,
      "retry",
    );
  throw new SystemError(
    `pg_dump did not end well (${signal ?? status}): ${words === "" ? errors.slice(0, 300) : words}`,
    signal === null ? "stop" : "retry",
  );
}

/** The first that it could not lock. */
function tableIn(errors: string): string {
  const [, name] = /LOCK TABLE ([^\s,]+)/.exec(errors) ?? [];
  return name === undefined ? "" : ` (${name})`;
}

interface Program {
  readonly file: string;
  readonly major: number;
}

/** The pg_dump nearest to a server's major, never older: an older one refuses. Throws `InputError` where there is none. */
async function programFor(serverVersion: string, ports: BackupPorts): Promise<Program> {
  const wanted = Number(/^\d+/.exec(serverVersion)?.[0] ?? 0);
  const found: Program[] = [];
  for (const { file, major } of await ports.programs.restorers()) {
    const beside = join(dirname(file), "pg_dump");
    if ((await ports.files.look(beside)) !== undefined) found.push({ file: beside, major });
  }
  const fitting = found.filter(({ major }) => major >= wanted).toSorted((a, b) => a.major - b.major)[0];
  if (fitting !== undefined) return fitting;
  const newest = found[0] === undefined ? "there is none here" : `the newest here is ${found[0].major}`;
  throw new InputError(
    `the database runs PostgreSQL ${serverVersion}, which pg_dump ${wanted} or newer dumps, and ${newest}: apt-get install postgresql-client-${wanted}`,
  );
}

async function versionOf(file: string, ports: BackupPorts): Promise<string> {
  let said = "";
  for await (const chunk of ports.programs.start({ program: file, args: ["--version"] }).output)
    said += Buffer.from(chunk).toString("utf8");
  return /PostgreSQL\) (\S+)/.exec(said)?.[1] ?? said.trim();
}

/**
 * The call that dumps a snapshot to its output. The password goes by a descriptor (libpq reads a password file: postgresql.org/docs/current/libpq-pgpass.html).
 */
function dumpCall(file: string, url: string, snapshot: string, signal: AbortSignal): Feed["call"] {
  const { address, password } = apart(url);
  return {
    program: file,
    args: [...dumpOptions(snapshot), `--dbname=${address}`],
    env: password === undefined ? {} : { PGPASSFILE: "/dev/fd/3" },
    secret: password === undefined ? undefined : `*:*:*:*:${password.replace(/[\\:]/g, "\\$&")}\n`,
    signal,
  };
}

/** An address without its password, and that. */
export function apart(url: string): { readonly address: string; readonly password: string | undefined } {
  const parts = new URL(url);
  const password = parts.searchParams.get("password") ?? decodeURIComponent(parts.password);
  parts.password = "";
  parts.searchParams.delete("password");
  return { address: parts.href, password: password === "" ? undefined : password };
}
