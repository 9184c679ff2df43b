import type { RestoredDatabase } from "../../kernel/backup-ports.ts";
import { InputError, messageOf } from "../../kernel/errors.ts";
import type { StoreReference, System } from "../../systems/contract.ts";
import { recognise, tablesOf } from "../proof/inspect.ts";
import { quoteName } from "../proof/throw-away.ts";

/** How a restored database is spoken to. */
export type Dialect = "postgresql" | "sqlite";

interface AnswerRow {
  readonly name: string;
  readonly location: string;
}

/** One question to a restored database; the next is asked when its rows were read. */
export interface Answer {
  readonly reference: StoreReference;
  /** Whether the component's buckets are for what it asks for alone. */
  readonly isInBuckets: boolean;
  /** Some at a time; returns why it was refused, where it was: the rows before that are worth nothing. */
  readonly rows: AsyncGenerator<readonly AnswerRow[], string | undefined>;
}

/** How many rows are held at once. */
const most = 2000;

/** Asks what the facets of the system say whose database it is: none where it is no system's that we know. */
export async function* askRows(
  db: RestoredDatabase,
  systems: readonly System[],
  dialect: Dialect,
): AsyncGenerator<Answer> {
  const tables = dialect === "sqlite" ? await sqliteTables(db) : await tablesOf(db);
  const { store, schema } = recognise(tables, systems);
  if (store === undefined || schema === undefined) return;
  const here = new Set(tables.flatMap((one) => (one.schema === schema ? [one.name] : [])));
  for (const reference of store.references ?? [])
    if (reference.tables.every((table) => here.has(table)))
      yield {
        reference,
        isInBuckets: store.beside.some(({ id, keptBy = [] }) => id === reference.part && keptBy.includes("objects")),
        rows: answerOf(db, reference, dialect === "sqlite" ? undefined : schema),
      };
}

/** `schema`: of PostgreSQL's. */
async function* answerOf(
  db: RestoredDatabase,
  reference: StoreReference,
  schema: string | undefined,
): AsyncGenerator<readonly AnswerRow[], string | undefined> {
  try {
    const found = schema === undefined ? askSqlite(db, reference) : askPostgresql(db, reference, schema);
    for await (const rows of found)
      yield rows.map((row) => ({ name: textOf(row["name"]), location: textOf(row["location"]) }));
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

type Rows = Awaited<ReturnType<RestoredDatabase["query"]>>;

async function* askPostgresql(
  db: RestoredDatabase,
  { query }: StoreReference,
  schema: string,
): AsyncGenerator<Rows, void> {
  try {
    await db.query("begin read only");
    await db.query(`set local search_path = ${quoteName(schema)}, pg_catalog`);
    await db.query(`declare named no scroll cursor for ${query}`);
    for (;;) {
      const rows = await db.query(`fetch ${most} from named`);
      if (rows.length === 0) return;
      yield rows;
    }
  } finally {
    await db.query("rollback");
  }
}

async function* askSqlite(db: RestoredDatabase, { what, sqlite }: StoreReference): AsyncGenerator<Rows, void> {
  if (sqlite === undefined) throw new InputError(`how SQLite is asked for ${what} is not known here`);
  let rows: Rows[number][] = [];
  for (const row of db.each?.(sqlite) ?? (await db.query(sqlite))) {
    rows.push(row);
    if (rows.length < most) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

async function sqliteTables(
  db: RestoredDatabase,
): Promise<readonly { readonly schema: string; readonly name: string }[]> {
  const rows = await db.query("select name from sqlite_master where type = 'table'");
  return rows.map(({ name }) => ({ schema: "main", name: String(name) }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
