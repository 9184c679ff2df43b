import type { SourceDatabase } from "../../kernel/backup-ports.ts";
import { InputError, messageOf } from "../../kernel/errors.ts";
import type { StoreReference, System } from "../../systems/contract.ts";
import { recognise, tablesOf } from "../proof/inspect.ts";
import { quoteName } from "../proof/throw-away.ts";

/** How a restored database is spoken to. */
export type Dialect = "postgresql" | "sqlite";

/** One question to a restored database, and the rows that it gave; or why it gave none. */
export interface Answer {
  readonly reference: StoreReference;
  /** Whether the component's buckets are for what it asks for alone. */
  readonly isInBuckets: boolean;
  readonly rows: readonly { readonly name: string; readonly location: string }[];
  readonly refused: string | undefined;
}

type Asked = Pick<SourceDatabase, "query">;

/** Asks what the facets of the system say whose database it is: none where it is no system's that we know. */
export async function askRows(db: Asked, systems: readonly System[], dialect: Dialect): Promise<readonly Answer[]> {
  const tables = dialect === "sqlite" ? await sqliteTables(db) : await tablesOf(db);
  const { store, schema } = recognise(tables, systems);
  if (store === undefined || schema === undefined) return [];
  const here = new Set(tables.flatMap((one) => (one.schema === schema ? [one.name] : [])));
  const answers: Answer[] = [];
  for (const reference of store.references ?? [])
    if (reference.tables.every((table) => here.has(table)))
      answers.push({
        reference,
        isInBuckets: store.beside.some(({ id, keptBy = [] }) => id === reference.part && keptBy.includes("objects")),
        ...(await answerOf(db, reference, dialect === "sqlite" ? undefined : schema)),
      });
  return answers;
}

/** `schema`: of PostgreSQL's. */
async function answerOf(
  db: Asked,
  reference: StoreReference,
  schema: string | undefined,
): Promise<Pick<Answer, "rows" | "refused">> {
  try {
    const found = schema === undefined ? await askSqlite(db, reference) : await askPostgresql(db, reference, schema);
    const rows = found.map((row) => ({ name: textOf(row["name"]), location: textOf(row["location"]) }));
    return { rows, refused: undefined };
  } catch (thrown) {
    return { rows: [], refused: messageOf(thrown) };
  }
}

type Rows = Awaited<ReturnType<Asked["query"]>>;

async function askPostgresql(db: Asked, { query }: StoreReference, schema: string): Promise<Rows> {
  try {
    await db.query("begin read only");
    await db.query(`set local search_path = ${quoteName(schema)}, pg_catalog`);
    return await db.query(query);
  } finally {
    await db.query("rollback");
  }
}

async function askSqlite(db: Asked, { what, sqlite }: StoreReference): Promise<Rows> {
  if (sqlite === undefined) throw new InputError(`how SQLite is asked for ${what} is not known here`);
  return db.query(sqlite);
}

async function sqliteTables(db: Asked): Promise<readonly { readonly schema: string; readonly name: string }[]> {
  const rows = await db.query("select name from sqlite_master where type = 'table'");
  return rows.map(({ name }) => ({ schema: "main", name: String(name) }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
