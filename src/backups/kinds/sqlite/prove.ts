import { join } from "node:path";
import type { RestoredDatabase, SqliteFile } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { elsewhereOf } from "../../proof/elsewhere.ts";
import { recognise } from "../../proof/inspect.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { copyFile, type SqliteBody } from "./body.ts";

const mostProblems = 20;

/** Opens the copy and reads every page, row and index of it. */
export async function prove(sealed: SealedBody<SqliteBody>, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const { ports, progress } = proving;
  const { scratch } = await ports.scratch.make(proving.scratch, undefined);
  const why: string[] = [];
  try {
    const part = partOf(sealed, copyFile);
    if ((await scratch.freeBytes()) < part.bytes + 8_000_000)
      throw new SystemError(`${proving.scratch} has no room for the ${part.bytes} bytes of the database`, "stop");
    await scratch.write(copyFile, proving.readPart(part));
    progress("checking every page and counting every table");
    const db = ports.openSqlite(join(scratch.folder, copyFile));
    try {
      why.push(...differences(db, body));
      await proving.restored(restoredOf(db, scratch.folder), "sqlite");
    } finally {
      db.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    why.push(within(scratch.folder, thrown));
  } finally {
    await scratch.remove();
  }
  return {
    verdict: why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) },
    counts: { tables: body.tables.length, rows: body.tables.reduce((sum, { rows }) => sum + rows, 0) },
    ...besideIt(body, proving),
    notes: [],
  };
}

/** What belongs to the system whose database it is, and is in no such file. */
function besideIt(
  { tables }: SqliteBody,
  { systems }: OwnProving,
): Required<Pick<Proved, "doesNotCover" | "elsewhere">> {
  const named = tables.map(({ table }) => ({ schema: "main", name: table }));
  const beside = recognise(named, systems).store?.beside ?? [];
  return {
    doesNotCover: beside.map(({ what }) => what),
    elsewhere: elsewhereOf(beside),
  };
}

/** Where it was restored says nothing to anybody. */
function within(folder: string, { message }: InputError): string {
  return message.replaceAll(`${folder}/`, "");
}

function restoredOf(db: SqliteFile, folder: string): RestoredDatabase {
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw cause instanceof InputError ? new InputError(within(folder, cause), { cause }) : cause;
    }
  };
  return {
    query: async (sql) => told(() => db.query(sql)),
    *each(sql) {
      const rows = db.each(sql)[Symbol.iterator]();
      for (let row = told(() => rows.next()); row.done !== true; row = told(() => rows.next())) yield row.value;
    },
  };
}

function differences(db: SqliteFile, { tables, schemaHead }: SqliteBody): readonly string[] {
  const broken = db
    .query(`pragma integrity_check(${mostProblems})`)
    .map((row) => String(Object.values(row)[0]))
    .filter((said) => said !== "ok");
  const names = db.query(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by 1",
  );
  const here = new Map(names.map(({ name }) => [String(name), rowsOf(db, String(name))]));
  const counts = tables.flatMap(({ table, rows }) => {
    const found = here.get(table);
    if (found === undefined) return [`the table ${table} is missing`];
    return found === rows ? [] : [`${table} has ${found} rows, and had ${rows}`];
  });
  const head = here.has("alembic_version")
    ? db
        .query("select version_num as head from alembic_version order by 1")
        .map((row) => String(row["head"]))
        .join(", ")
    : "";
  return [
    ...broken.map((said) => `SQLite finds it damaged: ${said}`),
    ...counts,
    ...(head === (schemaHead ?? "") ? [] : [`the schema's head is ${head || "none"}, and was ${schemaHead ?? "none"}`]),
  ];
}

function rowsOf(db: SqliteFile, table: string): number {
  return Number(db.query(`select count(*) as rows from "${table.replaceAll('"', '""')}"`)[0]?.["rows"]);
}
