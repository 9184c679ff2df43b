import type { Restorer, SqlFailure } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import type { ArchiveHead } from "./archive-head.ts";
import { refuseBrokenServer } from "./broken-server.ts";
import { failureOf } from "./failures.ts";
import { type Gathered, type Problem, type Proving, timed } from "./gathered.ts";
import type { RestoreFailure } from "./proof.ts";
import { damaged, restorerFor } from "./prove-archive.ts";
import { look } from "./prove-sql.ts";
import { outside } from "./restore.ts";
import { refuseBrokenRestorer } from "./restorer-end.ts";
import { namesIn } from "./sql-names.ts";
import { SqlReader } from "./sql-reader.ts";
import { makeRole, type RestoreTarget, runAs, type ThrowAway } from "./throw-away.ts";

/*
 * An archive of our own that lies as a file: pg_restore itself writes it into the server, two tables at once, as a role that may do
 * nothing outside its database. What it was refused is read from what it complains.
 */

export interface ArchiveFile {
  readonly head: ArchiveHead;
  /** The server's user may read it. */
  readonly path: string;
  readonly server: Promise<ThrowAway>;
  /** Made beforehand, beside those that its definitions name. */
  readonly known: readonly string[];
}

/** Restores the archive and looks it over. Throws `SystemError` when the server or its disk fails. */
export async function restoreArchive(
  { head, path, server: starting, known }: ArchiveFile,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const restorer = restorerFor(head, proving);
  if ("kind" in restorer) return restorer;
  const [server, { roles, extensions }] = await Promise.all([
    timed("start a server", proving, gathered, () => starting),
    namedIn(restorer, path, proving),
  ]);
  const target = await server.makeDatabase(proving.encoding ?? "UTF8");
  try {
    for (const role of new Set([...known, ...roles])) await makeRole(target.keeper, role);
    const restored = await timed("restore", proving, gathered, () => restoreInto(target, restorer, path, proving));
    if (!("failures" in restored)) return restored;
    const { database: name, serverVersion, dumpVersion, madeAt } = head;
    const origin = { name, serverVersion, dumpVersion, madeAt };
    const whole = { ...origin, ...restored, target, roles, extensions };
    await timed("count and look", proving, gathered, () => look(whole, origin, server.major, gathered, proving));
    return undefined;
  } catch (thrown) {
    // What ended the work may show as a cut connection: the cause is told.
    if (proving.workbench.signal.aborted) throw proving.workbench.signal.reason;
    throw thrown;
  } finally {
    // Dropped it would be written to the disk first, only to go with its server's folder.
    await target.leave().catch(() => undefined); // the server may be gone already
  }
}

interface Named {
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
}

/** The roles and extensions that its definitions name; no data is read. Throws `InputError` for what no dump asks for. */
async function namedIn({ file }: Restorer, path: string, { ports, workbench, signal }: Proving): Promise<Named> {
  const running = ports.programs.start({
    program: file,
    args: ["--schema-only", "--file=-", path],
    user: runAs(workbench.user),
    signal: AbortSignal.any([workbench.signal, signal]),
  });
  let isRead = false;
  async function* output(): AsyncGenerator<Uint8Array> {
    yield* running.output;
    isRead = true;
  }
  try {
    const names = await namesOf(output());
    refuseBrokenRestorer(await running.ended); // what else is wrong with it, the restore says
    return names;
  } catch (thrown) {
    if (workbench.signal.aborted) throw workbench.signal.reason;
    if (isRead) refuseBrokenRestorer(await running.ended); // half of what it prints reads like damage
    throw thrown;
  } finally {
    if (!isRead) {
      running.stop();
      await running.ended.catch(() => undefined);
    }
  }
}

async function namesOf(definitions: AsyncIterable<Uint8Array>): Promise<Named> {
  const [roles, extensions] = [new Set<string>(), new Set<string>()];
  for await (const part of new SqlReader(definitions).parts()) {
    if (part.kind !== "statement") continue;
    if (outside.test(part.text.slice(0, 20_000)))
      throw new InputError("it asks for a file or a program of the machine, which no dump does");
    const names = namesIn(part.text);
    for (const role of names.roles)
      if (role !== "" && !role.startsWith("pg_") && Buffer.byteLength(role) < 64) roles.add(role);
    for (const extension of names.extensions) extensions.add(extension);
  }
  return { roles: [...roles].sort(), extensions: [...extensions].sort() };
}

async function restoreInto(
  { conninfo }: RestoreTarget,
  { file }: Restorer,
  path: string,
  { ports, workbench, signal, progress }: Proving,
): Promise<NonNullable<Problem> | { readonly failures: readonly RestoreFailure[]; readonly failureCount: number }> {
  progress("restoring, two tables at once");
  const running = ports.programs.start({
    program: file,
    args: ["--jobs=2", "--no-password", `--dbname=${conninfo}`, path],
    user: runAs(workbench.user),
    signal: AbortSignal.any([workbench.signal, signal]),
  });
  for await (const _ of running.output);
  const ended = await running.ended;
  if (workbench.signal.aborted) throw workbench.signal.reason;
  const refused = refusalsIn(ended.errors);
  for (const { failure } of refused) refuseBrokenServer(failure);
  const ignored = Number(/errors ignored on restore: (\d+)/.exec(ended.errors)?.[1] ?? 0);
  if (ended.status !== 0 && ignored === 0) {
    refuseBrokenRestorer(ended);
    return damaged(ended);
  }
  const failures = refused.flatMap(({ statement, failure }) => failureOf(statement, failure) ?? []);
  return { failures, failureCount: failures.length + Math.max(0, ignored - refused.length) };
}

interface Refusal {
  readonly statement: string;
  readonly failure: SqlFailure;
}

/** As pg_restore words it (src/bin/pg_dump/pg_backup_db.c and pg_backup_archiver.c): what it was at, then the server's words. */
export function refusalsIn(errors: string): readonly Refusal[] {
  return errors.split(/^pg_restore: error: /m).flatMap((block): readonly Refusal[] => {
    const [, at, message] = /^([^\n]*?): (?:ERROR|FATAL|PANIC): +(.*)/.exec(block) ?? [];
    if (at === undefined || message === undefined)
      return gone.test(block) ? [{ statement: "", failure: { code: "57P01", message: block.trim() } }] : [];
    return [{ statement: statementOf(at, block), failure: { code: codeOf(message, block), message } }];
  });
}

function statementOf(at: string, block: string): string {
  const [, table] = /^COPY failed for table "(.*?)"/.exec(at) ?? [];
  if (table !== undefined) return `COPY "${table}"`;
  if (at.includes("large object")) return "SELECT pg_catalog.lo_write";
  // What it says next may stand behind it: a warning, or the entry that is its next trouble.
  return (
    /^Command was: ([\s\S]*)/m
      .exec(block)?.[1]
      ?.split(/^pg_restore: /m)[0]
      ?.trim() ?? at
  );
}

const gone =
  /server closed the connection|connection to server .* failed|terminating connection|the database system is|no connection to the server|could not (?:send data to|receive data from) server/;

/** libpq's programs print no code; what a refusal means is judged by these. Those of our own server come first. */
const codes: readonly (readonly [words: RegExp, code: string])[] = [
  [/out of (?:shared )?memory|shared memory segment/, "53200"],
  [/too many (?:clients|connections)|remaining connection slots/, "53300"],
  [/Input\/output error|Read-only file system|Too many open files/, "58030"],
  [/No space left|could not extend file/, "53100"],
  [/could not (?:read|write|fsync|flush)\b.*\b(?:block|file)/, "58030"],
  [/invalid page in block/, "XX001"],
  [gone, "57P01"],
  [/already exists/, "42P06"],
  [/permission denied|must be (?:able|owner|superuser|member)|only superuser/i, "42501"],
  [/violates|could not create unique index/, "23000"],
  [/collation/, "42704"],
];

function codeOf(message: string, block: string): string {
  // PostgreSQL 16 and older say so of a row of more than a gigabyte, which no memory helps (src/common/stringinfo.c).
  if (block.includes("Cannot enlarge string buffer")) return "54000";
  const words = message.replaceAll(/"[^"]*"/g, '""'); // values and names of the dump
  return codes.find(([known]) => known.test(words))?.[1] ?? "42000";
}
