import type { Restorer, SqlFailure } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import type { ArchiveHead } from "./archive-head.ts";
import { failureOf } from "./failures.ts";
import { type Gathered, type Problem, type Proving, timed } from "./gathered.ts";
import type { RestoreFailure } from "./proof.ts";
import { damaged, restorerFor } from "./prove-archive.ts";
import { look } from "./prove-sql.ts";
import { outside, refuseBrokenServer } from "./restore.ts";
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
  const server = await timed("start a server", proving, gathered, () => starting);
  const { roles, extensions } = await namedIn(restorer, path, proving);
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
    await target.drop().catch(() => undefined); // the server may be gone; its folder goes too
  }
}

/** The roles and extensions that its definitions name; no data is read. Throws `InputError` for what no dump asks for. */
async function namedIn(
  { file }: Restorer,
  path: string,
  { ports, workbench, signal }: Proving,
): Promise<{ readonly roles: readonly string[]; readonly extensions: readonly string[] }> {
  const [roles, extensions] = [new Set<string>(), new Set<string>()];
  const running = ports.programs.start({
    program: file,
    args: ["--schema-only", "--file=-", path],
    user: runAs(workbench.user),
    signal: AbortSignal.any([workbench.signal, signal]),
  });
  for await (const part of new SqlReader(running.output).parts()) {
    if (part.kind !== "statement") continue;
    if (outside.test(part.text.slice(0, 20_000)))
      throw new InputError("it asks for a file or a program of the machine, which no dump does");
    const names = namesIn(part.text);
    for (const role of names.roles)
      if (role !== "" && !role.startsWith("pg_") && Buffer.byteLength(role) < 64) roles.add(role);
    for (const extension of names.extensions) extensions.add(extension);
  }
  await running.ended; // what is wrong with it, the restore says
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
  if (ended.status !== 0 && ignored === 0) return damaged(ended);
  const failures = refused.flatMap(({ statement, failure }) => failureOf(statement, failure) ?? []);
  return { failures, failureCount: failures.length + Math.max(0, ignored - refused.length) };
}

interface Refusal {
  readonly statement: string;
  readonly failure: SqlFailure;
}

/** As pg_restore words it (src/bin/pg_dump/pg_backup_db.c, ExecuteSqlCommand and EndDBCopyMode). */
export function refusalsIn(errors: string): readonly Refusal[] {
  return errors.split(/^pg_restore: error: /m).flatMap((block): readonly Refusal[] => {
    const [, message] =
      /^(?:could not execute query|COPY failed for table .*?): (?:ERROR|FATAL|PANIC): +(.*)/.exec(block) ?? [];
    const [, table] = /^COPY failed for table "(.*?)": /.exec(block) ?? [];
    if (message === undefined)
      return gone.test(block) ? [{ statement: "", failure: { code: "57P01", message: block.trim() } }] : [];
    const statement = table === undefined ? (/^Command was: ([\s\S]*)/m.exec(block)?.[1] ?? "") : `COPY "${table}"`;
    return [{ statement: statement.trim(), failure: { code: codeOf(message), message } }];
  });
}

const gone =
  /server closed the connection|connection to server .* failed|terminating connection|the database system is/;

/** libpq's programs print no code; what a refusal means is judged by these. */
const codes: readonly (readonly [words: RegExp, code: string])[] = [
  [/No space left|could not extend file/, "53100"],
  [gone, "57P01"],
  [/already exists/, "42P06"],
  [/permission denied|must be (?:able|owner|superuser|member)|only superuser/i, "42501"],
  [/violates|could not create unique index/, "23000"],
  [/collation/, "42704"],
];

function codeOf(message: string): string {
  return codes.find(([words]) => words.test(message))?.[1] ?? "42000";
}
