import type { Database } from "../../kernel/backup-ports.ts";
import { messageOf } from "../../kernel/errors.ts";
import { absent, type Fact, known, unknown } from "../../kernel/fact.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { System, SystemStore } from "../../systems/contract.ts";
import type { NewestRow, RestoredDatabase, TableCount } from "./proof.ts";
import { quoteName, quoteText } from "./throw-away.ts";

/** What a restored database holds, asked as the role that restored it: nothing in a dump runs as anybody else. */
export interface Inspection {
  readonly store: SystemStore | undefined;
  readonly system: System | undefined;
  readonly schemaHead: Fact<string>;
  readonly tables: readonly TableCount[];
  readonly newest: Fact<NewestRow>;
  readonly constraints: readonly string[];
  readonly sequencesBehind: readonly string[];
  readonly bytes: number;
  readonly extensions: RestoredDatabase["extensions"];
  /** Why the system's tables mean nothing, when they are all empty. */
  readonly empty: { readonly why: string; readonly howToLearn: string } | undefined;
}

/** A table with rows of its own. */
export interface InspectedTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Looks a restored database over: every table is counted in full, unless it was `counted`. */
export async function inspect(
  db: Database,
  systems: readonly System[],
  { extensions: asked, counted }: { readonly extensions: readonly string[]; readonly counted: Counted },
  now: Instant,
): Promise<Inspection> {
  await db.query("reset all");
  await db.query("set search_path = ''");
  const tables = await tablesOf(db);
  const { system, store, schema } = recognise(tables, systems);
  const moments: NewestRow[] = [];
  const counts =
    counted ??
    (await countAll(db, tables, { store, schema }, now, (newest) => {
      moments.push(...newest);
    }));
  const installed = new Set(
    (await db.query("select extname from pg_catalog.pg_extension")).map(({ extname }) => String(extname)),
  );
  return {
    system,
    store,
    schemaHead: await schemaHeadOf(db, store, schema),
    tables: counts,
    newest: newestOf(moments, store),
    constraints: await brokenConstraints(db),
    sequencesBehind: await sequencesBehind(db),
    bytes: Number(
      (await db.query("select pg_catalog.pg_database_size(pg_catalog.current_database()) as size"))[0]?.["size"] ?? 0,
    ),
    extensions: [...new Set([...asked, ...installed])]
      .filter((name) => name !== "plpgsql")
      .sort()
      .flatMap((name) => (asked.includes(name) ? [{ name, present: installed.has(name) }] : [])),
    empty: emptiness(store, schema, counts),
  };
}

type Counted = readonly TableCount[] | undefined;

async function countAll(
  db: Database,
  tables: readonly InspectedTable[],
  { store, schema }: Pick<ReturnType<typeof recognise>, "store" | "schema">,
  now: Instant,
  seen: (newest: readonly NewestRow[]) => void,
): Promise<readonly TableCount[]> {
  const counts: TableCount[] = [];
  for (const table of tables) {
    const { rows, newest } = await count(db, table, schema === table.schema ? store : undefined, now);
    counts.push({ table: `${table.schema}.${table.name}`, rows });
    seen(newest);
  }
  return counts;
}

/** Tables with rows of their own; a partitioned table's rows are those of its parts. */
export async function tablesOf(db: Pick<Database, "query">): Promise<readonly InspectedTable[]> {
  const rows = await db.query(`
    select c.oid::int8::text as oid, n.nspname as schema, c.relname as name,
      coalesce((select pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname, 'type', t.typname) order by a.attnum)
        from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and t.typnamespace = 'pg_catalog'::regnamespace), '[]') as columns
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
      and not exists (select from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 2, 3`);
  return rows.map(({ oid, schema, name, columns }) => ({
    oid: Number(oid),
    schema: String(schema),
    name: String(name),
    columns: columns as InspectedTable["columns"],
  }));
}

/** The system whose database it is, by its tables, and the schema they stand in. */
export function recognise(
  tables: readonly Pick<InspectedTable, "schema" | "name">[],
  systems: readonly System[],
): {
  readonly system: System | undefined;
  readonly store: SystemStore | undefined;
  readonly schema: string | undefined;
} {
  for (const schema of new Set(tables.map((table) => table.schema))) {
    const names = new Set(tables.filter((table) => table.schema === schema).map(({ name }) => name));
    for (const system of systems) {
      const store = system.stores?.find((one) => one.tables.every((table) => names.has(table)));
      if (store !== undefined) return { system, store, schema };
    }
  }
  return { system: undefined, store: undefined, schema: undefined };
}

/** Names of columns that say when a row was written, and of those that look ahead. */
const pastNames =
  /(?:^|_)(?:created|updated|inserted|modified|changed|started|finished|logged|last|occurred|timestamp|at|on|time|date)(?:_|$)/;
const aheadNames = /expir|due|until|valid|next|schedul|end|not_after|deadline|birth|stale|retry|wake|renewal/;

async function count(
  db: Database,
  table: InspectedTable,
  store: SystemStore | undefined,
  now: Instant,
): Promise<{ readonly rows: number; readonly newest: readonly NewestRow[] }> {
  const columns = momentColumns(table, store);
  const limit = `timestamptz ${quoteText(now)} + interval '1 day'`;
  const maxima = columns.map(
    ({ moment }, index) =>
      `, (extract(epoch from max(${moment}) filter (where ${moment} <= ${limit} and pg_catalog.isfinite(${moment}))) * 1000)::float8 as m${index}`,
  );
  const [row = {}] = await db.query(
    `select count(*) as rows${maxima.join("")} from ${quoteName(table.schema)}.${quoteName(table.name)}`,
  );
  const newest = columns.flatMap(({ name }, index) => {
    const millis = row[`m${index}`];
    return typeof millis === "number" && Math.abs(millis) < 8e15
      ? [{ table: `${table.schema}.${table.name}`, column: name, at: instantOf(millis) }]
      : [];
  });
  return { rows: Number(row["rows"]), newest };
}

/** Only built-in types: an operator of the dump's own is never called. */
function momentColumns(
  table: InspectedTable,
  store: SystemStore | undefined,
): readonly { readonly name: string; readonly moment: string }[] {
  return table.columns.flatMap(({ name, type }) => {
    const named = store?.newest.find((one) => one.table === table.name && one.column === name);
    const moment = momentOf(quoteName(name), type, named?.unit);
    const asked = store === undefined ? pastNames.test(name) && !aheadNames.test(name) : named !== undefined;
    return moment === undefined || !asked ? [] : [{ name, moment }];
  });
}

function momentOf(column: string, type: string, unit: "milliseconds" | "seconds" | undefined): string | undefined {
  if (type === "timestamp" || type === "timestamptz" || type === "date") return `${column}::timestamptz`;
  if (type !== "int8" || unit === undefined) return undefined;
  return `pg_catalog.to_timestamp(${column}::float8${unit === "milliseconds" ? " / 1000" : ""})`;
}

function newestOf(moments: readonly NewestRow[], store: SystemStore | undefined): Fact<NewestRow> {
  const newest = moments.reduce<NewestRow | undefined>(
    (best, one) => (best === undefined || one.at > best.at ? one : best),
    undefined,
  );
  if (newest !== undefined) return known(newest, `max(${newest.column}) of ${newest.table}`);
  return store === undefined
    ? unknown(
        "no column of a filled table says when a row was written",
        "Ask the application's owner which table shows its last use.",
      )
    : absent(`the columns ${store.newest.map(({ table, column }) => `${table}.${column}`).join(", ")} are empty`);
}

/** Which migrations the database has, as its system counts them. */
export async function schemaHeadOf(
  db: Pick<Database, "query">,
  store: SystemStore | undefined,
  schema: string | undefined,
): Promise<Fact<string>> {
  if (store === undefined || schema === undefined)
    return unknown("its tables are those of no system we know", "Compare the tables with those of the application.");
  try {
    await db.query(`set search_path = ${quoteName(schema)}, pg_catalog`);
    const [row] = await db.query(store.schemaHead);
    const head = row === undefined ? undefined : Object.values(row)[0];
    return head === undefined || head === null ? absent(store.schemaHead) : known(textOf(head), store.schemaHead);
  } catch (thrown) {
    return unknown(messageOf(thrown), `Ask the restored database: ${store.schemaHead}`);
  } finally {
    await db.query("set search_path = ''");
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function emptiness(
  store: SystemStore | undefined,
  schema: string | undefined,
  counts: readonly TableCount[],
): Inspection["empty"] {
  const means = store?.emptyMeans;
  if (means === undefined) return undefined;
  const filled = counts.some(
    ({ table, rows }) => rows > 0 && means.tables.some((name) => table === `${schema}.${name}`),
  );
  return filled ? undefined : { why: means.why, howToLearn: means.howToLearn };
}

/** Constraints that were written `NOT VALID` are checked now; those that fail, and indexes that are not valid. */
async function brokenConstraints(db: Database): Promise<readonly string[]> {
  const unchecked = await db.query(`
    select n.nspname as schema, c.relname as name, k.conname as constraint
    from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where not k.convalidated and k.contype in ('f', 'c') order by 1, 2, 3`);
  const broken: string[] = [];
  for (const { schema, name, constraint } of unchecked) {
    const table = `${quoteName(String(schema))}.${quoteName(String(name))}`;
    const failure = await db.run(
      Buffer.from(`alter table ${table} validate constraint ${quoteName(String(constraint))}`),
    );
    if (failure !== undefined)
      broken.push(
        `${String(schema)}.${String(name)}: ${String(constraint)} was never checked (NOT VALID) and does not hold: ${failure.message}`,
      );
  }
  const invalid = await db.query(
    "select c.oid::pg_catalog.regclass::text as name from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid where not i.indisvalid",
  );
  return [...broken, ...invalid.map(({ name }) => `the index ${String(name)} is not valid`)];
}

/** Sequences whose next number a row has already: the application's next insert fails. */
async function sequencesBehind(db: Database): Promise<readonly string[]> {
  const owned = await db.query(`
    select sn.nspname as schema, s.relname as name, tn.nspname as table_schema, t.relname as table_name, a.attname as column
    from pg_catalog.pg_depend d join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
      join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
      join pg_catalog.pg_sequence q on q.seqrelid = s.oid and q.seqincrement > 0
      join pg_catalog.pg_class t on t.oid = d.refobjid and t.relkind in ('r', 'p') join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
    where d.classid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') order by 1, 2`);
  const behind: string[] = [];
  for (const one of owned) {
    const [schema, name, tableSchema, tableName, column] = [
      one["schema"],
      one["name"],
      one["table_schema"],
      one["table_name"],
      one["column"],
    ].map((part) => quoteName(String(part)));
    const [row = {}] = await db.query(
      `select s.last_value::text as last, s.is_called as called, coalesce((select max(${column}) from ${tableSchema}.${tableName}), 0)::text as most from ${schema}.${name} s`,
    );
    const [last, most] = [BigInt(String(row["last"])), BigInt(String(row["most"]))];
    const next = row["called"] === true ? last + 1n : last;
    if (most >= next)
      behind.push(
        `${String(one["schema"])}.${String(one["name"])} gives ${next} next, and ${String(one["table_name"])}.${String(one["column"])} has ${most}`,
      );
  }
  return behind;
}
