import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import type { System } from "../../../systems/contract.ts";
import { type InspectedTable, recognise, schemaHeadOf, tablesOf } from "../../proof/inspect.ts";
import { quoteName } from "../../proof/throw-away.ts";
import type { Content } from "./body.ts";
import { ofExtension, ours } from "./of-users.ts";
import { ownedOf } from "./owned.ts";

type Asked = Pick<SourceDatabase, "query">;

/** How values are written as text, so that two servers write the same (postgresql.org/docs/current/runtime-config-client.html). */
const asText = [
  "set search_path = ''",
  "set timezone = 'UTC'",
  "set datestyle = 'ISO, YMD'",
  "set intervalstyle = 'postgres'",
  "set extra_float_digits = 3",
  "set bytea_output = 'hex'",
  "set lc_monetary = 'C'",
  "set xmloption = 'content'",
  // Rows that a policy hides must not be missing in silence: the question is refused.
  "set row_security = off",
  "set jit = off",
] as const;

/**
 * What a database holds: every table counted and summed, and all around it. Asked of the source within the dump's own snapshot,
 * and of the restored one, in a transaction; `told` hears of each table before it is read.
 */
export async function contentOf(
  db: Asked,
  systems: readonly System[],
  told: (table: string) => void,
): Promise<Content> {
  for (const setting of asText) await db.query(setting);
  const tables = await tablesOf(db);
  const counts = await inLots(db, tables, (table) => {
    told(`${table.schema}.${table.name}`);
    return sumOf(db, table);
  });
  return {
    tables: counts,
    sequences: await sequencesOf(db),
    constraints: await constraintsOf(db),
    objects: await objectsOf(db),
    extensions: (
      await db.query("select extname, extversion from pg_catalog.pg_extension where extname <> 'plpgsql' order by 1")
    ).map((row) => ({ name: String(row["extname"]), version: String(row["extversion"]) })),
    largeObjects: await largeObjectsOf(db),
    owned: await ownedOf(db),
    schemaHead: await headOf(db, tables, systems),
  };
}

const lotSize = 25;

/**
 * Reads one after the other, and lets their locks go in between: a transaction keeps those of every table that it read, with one for
 * each index, and a server has room for some thousands for all of its sessions together (postgresql.org/docs/current:
 * runtime-config-locks; explicit-locking: a rollback to a savepoint releases what was locked after it).
 */
async function inLots<T, Read>(db: Asked, all: readonly T[], read: (one: T) => Promise<Read>): Promise<Read[]> {
  const found: Read[] = [];
  await db.query("savepoint lot");
  for (const one of all) {
    found.push(await read(one));
    if (found.length % lotSize === 0) await db.query("rollback to savepoint lot");
  }
  await db.query("rollback to savepoint lot");
  return found;
}

/**
 * The rows' sum: a 64-bit hash of each row as text with its columns in the order of their names, added up. PostgreSQL keeps these
 * hashes from one major to the next, since partitions lie by them (src/include/catalog/pg_proc.dat, hashtextextended).
 */
async function sumOf(db: Asked, table: InspectedTable): Promise<Content["tables"][number]> {
  const name = `${quoteName(table.schema)}.${quoteName(table.name)}`;
  const columns = await db.query(`
    select a.attname as name from pg_catalog.pg_attribute a
    where a.attrelid = ${table.oid} and a.attnum > 0 and not a.attisdropped order by a.attname collate "C"`);
  const row = `row(${columns.map((column) => `t.${quoteName(String(column["name"]))}`).join(", ")})`;
  const [sums] = await db.query(
    `select count(*)::text as rows, coalesce(sum(pg_catalog.hashtextextended(${row}::text collate "C", 0)), 0)::text as sum from only ${name} t`,
  );
  return {
    table: `${table.schema}.${table.name}`,
    rows: Number(sums?.["rows"]),
    checksum: `row-hash-sum:${String(sums?.["sum"])}`,
  };
}

/** Where every sequence stands. */
export async function sequencesOf(db: Asked): Promise<Content["sequences"]> {
  const names = await db.query(`
    select n.nspname as schema, c.relname as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'S' and ${ours} and not ${ofExtension("c.oid", "pg_class")} order by 1, 2`);
  return inLots(db, names, async ({ schema, name }) => {
    const [row] = await db.query(
      `select last_value::text as last, is_called as called from ${quoteName(String(schema))}.${quoteName(String(name))}`,
    );
    return { name: `${String(schema)}.${String(name)}`, last: String(row?.["last"]), called: row?.["called"] === true };
  });
}

/** Those that the catalog keeps for NOT NULL since PostgreSQL 18 are left out: columns tell the same in every version. */
async function constraintsOf(db: Asked): Promise<Content["constraints"]> {
  const rows = await db.query(`
    select n.nspname as schema, c.relname as table, k.conname as name, pg_catalog.pg_get_constraintdef(k.oid) as definition
    from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where k.contype <> 'n' and ${ours} and not ${ofExtension("c.oid", "pg_class")} order by 1, 2, 3`);
  return rows.map((row) => ({
    name: `${String(row["schema"])}.${String(row["table"])}.${String(row["name"])}`,
    definition: String(row["definition"]),
  }));
}

/** pg_dump leaves out what CREATE INDEX CONCURRENTLY has not made, or not yet (src/bin/pg_dump/pg_dump.c, getIndexes). */
const isDumped = "(i.indisvalid or o.relkind = 'p') and i.indisready";

async function objectsOf(db: Asked): Promise<Content["objects"]> {
  const [row = {}] = await db.query(`
    select
      (select count(*) from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_class o on o.oid = i.indrelid
        where ${ours} and ${isDumped} and not ${ofExtension("o.oid", "pg_class")})::int as "indexes",
      (select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm') and ${ours} and not ${ofExtension("c.oid", "pg_class")})::int as "views",
      (select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'p' and ${ours})::int as "partitioned tables",
      (select count(*) from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where ${ours} and not ${ofExtension("p.oid", "pg_proc")})::int as "functions",
      (select count(*) from pg_catalog.pg_trigger t where not t.tgisinternal)::int as "triggers",
      (select count(*) from pg_catalog.pg_policy)::int as "policies"`);
  return Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]));
}

/** Each is read whole by the server, one at a time; PostgreSQL refuses those above 1 GB. */
async function largeObjectsOf(db: Asked): Promise<Content["largeObjects"]> {
  const [row] = await db.query(
    "select count(*)::text as count, coalesce(sum(pg_catalog.hashtextextended(pg_catalog.md5(pg_catalog.lo_get(oid)), 0)), 0)::text as sum from pg_catalog.pg_largeobject_metadata",
  );
  return { count: Number(row?.["count"]), checksum: `object-hash-sum:${String(row?.["sum"])}` };
}

async function headOf(
  db: Asked,
  tables: readonly InspectedTable[],
  systems: readonly System[],
): Promise<Content["schemaHead"]> {
  const { system, store, schema } = recognise(tables, systems);
  if (system === undefined) return undefined;
  await db.query("savepoint head");
  try {
    const head = await schemaHeadOf(db, store, schema);
    return head.kind === "known" ? { system: system.id, head: head.value } : undefined;
  } catch {
    return undefined; // the statement was refused, and the transaction with it
  } finally {
    await db.query("rollback to savepoint head");
  }
}
