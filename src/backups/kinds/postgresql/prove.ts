import { join } from "node:path";
import type { Database, Scratch } from "../../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import { headOf } from "../../others/candidates.ts";
import { elsewhereOf } from "../../proof/elsewhere.ts";
import { type Gathered, nothingYet, type Problem, type Proving, timed } from "../../proof/gathered.ts";
import { judge } from "../../proof/judge.ts";
import { restoreArchive } from "../../proof/restore-archive.ts";
import { namesIn } from "../../proof/sql-names.ts";
import { Workbench } from "../../proof/workbench.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import type { Content, PostgresqlBody } from "./body.ts";
import { compareContent } from "./compare.ts";
import { contentOf } from "./content.ts";
import { doubtsOf } from "./emptiness.ts";
import { askApplication, withApplication } from "./prove-application.ts";

type Sealed = SealedBody<PostgresqlBody>;

/** Restores the dump into a throw-away server and holds every table against the manifest. */
export async function prove(sealed: Sealed, proving: OwnProving): Promise<Proved> {
  const gathered = nothingYet("custom archive of pg_dump");
  const { scratch: parent, path, signal } = proving;
  const workbench = await Workbench.open({ parent, path, signal }, proving.ports);
  let found: Content | undefined;
  let said: Awaited<ReturnType<typeof askApplication>>;
  let problem: Problem;
  try {
    const inner: Proving = {
      ...proving,
      workbench,
      now: proving.clock.now(),
      encoding: sealed.body.source.encoding,
      examine: async (db, target) => {
        found = await examined(db, proving);
        await proving.restored(db);
        said = await askApplication(target, workbench, proving);
        return found.tables.map(({ table, rows }) => ({ table, rows }));
      },
    };
    await timed("in all", inner, gathered, async () => {
      problem = await restoreDump(sealed, proving, gathered, inner);
    });
  } catch (thrown) {
    problem = problemOf(thrown);
  } finally {
    await workbench.close();
  }
  return withApplication(concluded(sealed, found, gathered, problem, proving), said);
}

async function examined(db: Database, { systems, progress }: OwnProving): Promise<Content> {
  progress("comparing every table with the manifest");
  await db.query("begin read only");
  try {
    return await contentOf(db, systems, () => undefined);
  } finally {
    await db.query("rollback");
    await db.query("reset all");
  }
}

async function restoreDump(
  { id, parts: [dump], body }: Sealed,
  proving: OwnProving,
  gathered: Gathered,
  inner: Proving,
): Promise<Problem> {
  if (dump === undefined) throw new InputError(`${id} has no dump`);
  const { workbench } = inner;
  await workbench.checkRoom(dump.bytes * 2);
  const server = workbench.server(Number(/^\d+/.exec(body.source.serverVersion)?.[0] ?? 0));
  server.catch(() => undefined); // it is awaited once the dump is there
  const copy = await workbench.scratch.inner();
  try {
    await timed("read the dump", inner, gathered, () => place(dump, copy, workbench, proving));
    const path = join(copy.folder, dump.file);
    const head = await headOf(path, proving.ports.files);
    if (head?.format !== "custom") return { kind: "not-restorable", why: `${dump.file} is no archive of pg_dump` };
    const known = body.roles.map(({ name }) => name);
    return await restoreArchive({ head, path, server, known }, gathered, inner);
  } finally {
    await copy.remove();
  }
}

/** What is read ends when there is no room any more, and when the proof is broken off. */
async function place(
  dump: Part,
  copy: Scratch,
  { signal: room }: Workbench,
  { placePart, signal }: OwnProving,
): Promise<void> {
  try {
    await placePart(dump, copy, AbortSignal.any([room, signal]));
  } catch (thrown) {
    if (room.aborted) throw room.reason;
    if (signal.aborted) throw new SystemError("the proof was broken off", "stop", { cause: thrown });
    throw thrown;
  }
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof InputError) return { kind: "not-restorable", why: messageOf(thrown) };
  if (thrown instanceof SystemError)
    return { kind: "unknown", why: thrown.message, howToLearn: "Mend that and prove it again." };
  throw thrown;
}

function concluded(
  { body }: Sealed,
  found: Content | undefined,
  gathered: Gathered,
  problem: Problem,
  { clock, progress }: OwnProving,
): Proved {
  const { verdict: judged, notIncluded } = judge(gathered, problem, { now: clock.now(), newerThan: undefined });
  const into = gathered.databases[0]?.restoredInto;
  const compared = comparedWith(body, found, into, gathered);
  const tables = found?.tables ?? [];
  for (const why of gathered.empty) progress(why);
  return {
    verdict: verdictOf(judged, compared.differences, unknownRoles(body, gathered)),
    counts: { tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) },
    restoredInto: into,
    doesNotCover: [...doubtsOf(body, gathered.empty), ...notIncluded.map(({ what }) => what)],
    elsewhere: elsewhereOf(gathered.stores.flatMap(({ beside }) => beside)),
    notes: [...gathered.notes, ...compared.notes, ...(judged.kind === "proven-with-lacks" ? judged.lacks : [])],
  };
}

function comparedWith(
  { content, source }: PostgresqlBody,
  found: Content | undefined,
  into: number | undefined,
  gathered: Gathered,
): ReturnType<typeof compareContent> {
  if (found === undefined) return { differences: ["nothing of it came back"], notes: [] };
  return compareContent(content, found, {
    sameMajor: into === Number(/^\d+/.exec(source.serverVersion)?.[0] ?? 0),
    ungiven: { owners: refusedOwners(gathered), grantees: new Set() },
  });
}

/**
 * To whom the dump gives something that the restoring role may not give: an owner has to be let into the schema, of which a
 * superuser of the source was not asked. A long statement is kept without its end: it may be of any.
 */
function refusedOwners({ databases }: Gathered): ReadonlySet<string> {
  return new Set(
    databases.flatMap(({ failures, roles }) =>
      failures
        .filter(({ kind, message }) => kind === "right" && message.endsWith("(42501)"))
        .flatMap(({ what }) => (what.endsWith("…") ? roles : namesIn(Buffer.from(what).toString("latin1")).roles)),
    ),
  );
}

/** What was so in the source already (a constraint that never held) is told, and no fault of the backup. */
function verdictOf(
  judged: ReturnType<typeof judge>["verdict"],
  differences: readonly string[],
  unknownRoles: readonly string[],
): Proved["verdict"] {
  switch (judged.kind) {
    case "unknown":
      return judged;
    case "not-restorable":
      return { kind: "failed", why: [judged.why, ...differences].slice(0, 50) };
    case "proven":
    case "proven-with-lacks": {
      const why = [...differences, ...unknownRoles];
      return why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) };
    }
  }
}

/** Roles that the dump names and the manifest cannot make again. */
function unknownRoles({ roles }: PostgresqlBody, { databases }: Gathered): readonly string[] {
  const known = new Set(roles.map(({ name }) => name));
  const named = new Set(databases.flatMap((database) => database.roles));
  return [...named]
    .filter((name) => !known.has(name) && !name.startsWith("pg_"))
    .map((name) => `the dump names the role ${name}, which the manifest does not hold`);
}
