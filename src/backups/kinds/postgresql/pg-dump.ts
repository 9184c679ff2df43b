import { dirname, join } from "node:path";
import type { BackupPorts, ProgramCall } from "../../../kernel/backup-ports.ts";
import { InputError } from "../../../kernel/errors.ts";

/** A program that dumps, and the major it comes from. */
export interface Dumper {
  readonly file: string;
  readonly major: number;
}

/** The pg_dump nearest to a server's major, never older: an older one refuses. Throws `InputError` where there is none. */
export async function dumperFor(serverVersion: string, ports: BackupPorts): Promise<Dumper> {
  const wanted = Number(/^\d+/.exec(serverVersion)?.[0] ?? 0);
  const found: Dumper[] = [];
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

export async function versionOf(file: string, ports: BackupPorts): Promise<string> {
  let said = "";
  for await (const chunk of ports.programs.start({ program: file, args: ["--version"] }).output)
    said += Buffer.from(chunk).toString("utf8");
  return /PostgreSQL\) (\S+)/.exec(said)?.[1] ?? said.trim();
}

/**
 * The call that dumps a snapshot to its output, not compressed: restic finds what is the same as last time only in what is not.
 * The password goes by a descriptor (libpq reads a password file: postgresql.org/docs/current/libpq-pgpass.html).
 */
export function dumpCall({ file }: Dumper, url: string, snapshot: string, signal: AbortSignal): ProgramCall {
  const { address, password } = apart(url);
  return {
    program: file,
    args: [
      "--format=custom",
      "--compress=0",
      "--no-password",
      `--snapshot=${snapshot}`,
      "--lock-wait-timeout=60s",
      `--dbname=${address}`,
    ],
    env: password === undefined ? {} : { PGPASSFILE: "/dev/fd/3" },
    secret: password === undefined ? undefined : `*:*:*:*:${password.replace(/[\\:]/g, "\\$&")}\n`,
    signal,
  };
}

function apart(url: string): { readonly address: string; readonly password: string | undefined } {
  const parts = new URL(url);
  const password = parts.searchParams.get("password") ?? decodeURIComponent(parts.password);
  parts.password = "";
  parts.searchParams.delete("password");
  return { address: parts.href, password: password === "" ? undefined : password };
}
