import { sql } from "kysely";
import type { Store } from "../store.ts";

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

const values: Readonly<Record<string, string>> = {
  text: "'x'",
  smallint: "1",
  integer: "1",
  bigint: "1",
  "double precision": "1",
  boolean: "true",
  jsonb: "'{}'",
  "timestamp with time zone": "now()",
};

/** Puts a row into every table that has none, whatever its columns are, and returns how many rows each table has. */
export async function fillTables(store: Store): Promise<ReadonlyMap<string, number>> {
  for (const table of await tablesByNeed(store)) {
    if ((await countOf(store, table)) > 0) continue;
    const columns = await requiredColumns(store, table);
    const row = await Promise.all(columns.map((column) => valueOf(store, column)));
    const names = columns.map(({ name }) => `"${name}"`).join(", ");
    await sql.raw(`insert into ${table} (${names}) values (${row.join(", ")})`).execute(store.tables());
  }
  return countTables(store);
}

/** How many rows each table has. */
export async function countTables(store: Store): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const table of await tablesByNeed(store)) counts.set(table, await countOf(store, table));
  return counts;
}

/** Tables that others refer to come first. */
async function tablesByNeed(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<{ table: string; needs: string[] }>`
    select c.relname as table, coalesce(array_agg(f.confrelid::regclass::text) filter (where f.oid is not null), '{}') as needs
    from pg_class c left join pg_constraint f on f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'schema_migrations'
    group by c.relname order by c.relname`.execute(store.tables());
  const placed: string[] = [];
  while (placed.length < rows.length) {
    const next = rows.find(
      ({ table, needs }) => !placed.includes(table) && needs.every((need) => placed.includes(need)),
    );
    if (next === undefined) throw new Error("tables refer to each other in a circle");
    placed.push(next.table);
  }
  return placed;
}

async function countOf(store: Store, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from ${sql.id(table)}`.execute(store.tables());
  return rows[0]?.count ?? 0;
}

async function requiredColumns(store: Store, table: string): Promise<readonly Column[]> {
  const { rows } = await sql<Column>`
    select table_name as table, column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_nullable = 'NO'
      and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'`.execute(store.tables());
  return rows;
}

/** What a column takes: what it refers to, the first word of its own list, the shape that a check asks for, or anything. */
async function valueOf(store: Store, { table, name, type }: Column): Promise<string> {
  const { rows } = await sql<{ target: string | null; column: string | null; check: string }>`
    select case when contype = 'f' then confrelid::regclass::text end as target,
      (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1]) as column,
      pg_get_constraintdef(c.oid) as check
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
    where c.conrelid = ${table}::regclass and a.attname = ${name} and contype in ('f', 'c')`.execute(store.tables());
  for (const { target, column, check } of rows) {
    if (target !== null) return `(select "${column}" from ${target} limit 1)`;
    const word = /ARRAY\['([^']*)'/.exec(check)?.[1] ?? /~~ '([^'%]*)%'/.exec(check)?.[1];
    if (word !== undefined) return `'${word}'`;
  }
  const value = values[type];
  if (value === undefined) throw new Error(`no sample value for ${type} (${table}.${name})`);
  return value;
}
