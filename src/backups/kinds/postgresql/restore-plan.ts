import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { counted } from "../../../kernel/count.ts";
import { messageOf, SystemError } from "../../../kernel/errors.ts";
import type { System } from "../../../systems/contract.ts";
import { tablesOf } from "../../proof/inspect.ts";
import { quoteName, quoteText } from "../../proof/throw-away.ts";
import type { RestoreTarget, StorePlan } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { Content, PostgresqlBody } from "./body.ts";
import { type MarkedDatabase, markedDatabases } from "./restore-marks.ts";
import type { RestoreServer } from "./restore-server.ts";
import { aboutVersion } from "./restore-version.ts";
import { schemaNotes } from "./schema-head.ts";

type Sealed = SealedBody<PostgresqlBody>;
type Asked = Pick<SourceDatabase, "query">;

/** A database that every server has, from which others are made and renamed. */
export const maintenance = "postgres";

interface Found {
  readonly does: string[];
  readonly loses: string[];
  readonly refuses: string[];
  readonly notes: string[];
}

/** What restoring would do to a server, asked of it; nothing is changed. */
export async function planFor(
  sealed: Sealed,
  target: RestoreTarget,
  server: RestoreServer,
  systems: readonly System[],
): Promise<StorePlan> {
  const found: Found = { does: [], loses: [], refuses: [], notes: [] };
  const db = await server.connect(maintenance);
  try {
    await aboutServer(db, sealed, server, found);
    const name = target.kind === "database" ? target.name : server.database;
    const there = (await markedDatabases(db)).find((one) => one.name === name);
    const isThere = there !== undefined;
    if (target.kind === "database") await aboutNew(name, there, server, found);
    else await aboutPlace(db, name, isThere, { sealed, server, systems }, found);
    return { ...found, isThere: isThere && target.kind === "in-place" };
  } finally {
    await db.close();
  }
}

async function aboutServer(db: Asked, { body, parts }: Sealed, server: RestoreServer, found: Found): Promise<void> {
  const [row = {}] = await db.query(`
    select pg_catalog.current_setting('server_version') as version, pg_catalog.current_setting('data_directory', true) as folder,
      pg_catalog.pg_is_in_recovery() as standby, r.rolname::text as me, r.rolsuper as super, r.rolcreatedb as makes, r.rolcreaterole as roles
    from pg_catalog.pg_roles r where r.rolname = current_user`);
  const { refuses, notes } = aboutVersion(String(row["version"]), body);
  found.refuses.push(...refuses);
  found.notes.push(...notes);
  if (row["standby"] === true) found.refuses.push("the server is a standby: name the primary");
  if (row["super"] !== true && row["makes"] !== true)
    found.refuses.push(`${String(row["me"])} may make no database: name a role that may as restoreUrl`);
  await aboutRoles(db, body, { isSuper: row["super"] === true, makesRoles: row["roles"] === true }, found);
  await aboutNeeds(db, { body, parts }, typeof row["folder"] === "string" ? row["folder"] : undefined, server, found);
}

async function aboutNeeds(
  db: Asked,
  { body, parts }: Pick<Sealed, "body" | "parts">,
  folder: string | undefined,
  server: RestoreServer,
  found: Found,
): Promise<void> {
  const rows = await db.query("select name::text as name from pg_catalog.pg_available_extensions");
  const available = new Set(rows.map(({ name }) => String(name)));
  for (const { name } of body.content.extensions)
    if (!available.has(name)) found.refuses.push(`the server has no extension ${name}, which the backup needs`);
  const needed = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const free = folder === undefined ? undefined : await server.freeBytes(folder);
  if (free === undefined)
    found.notes.push(
      `how much room the server has is not told: it needs ${megabytes(needed)} beside what is there, and with its indexes more`,
    );
  else if (free < needed)
    found.refuses.push(`the server has ${megabytes(free)} free, and the backup needs ${megabytes(needed)} at least`);
}

async function aboutRoles(
  db: Asked,
  { roles }: PostgresqlBody,
  { isSuper, makesRoles }: { readonly isSuper: boolean; readonly makesRoles: boolean },
  found: Found,
): Promise<void> {
  const wanted = roles.filter(({ superuser }) => !superuser).map(({ name }) => name);
  if (wanted.length === 0) return;
  const rows = await db.query(`
    select rolname::text as name, pg_catalog.pg_has_role(current_user, oid, 'MEMBER') as mine from pg_catalog.pg_roles
    where rolname in (${wanted.map(quoteText).join(", ")})`);
  const here = new Map(rows.map(({ name, mine }) => [String(name), mine === true]));
  const missing = wanted.filter((name) => !here.has(name));
  if (missing.length > 0 && !isSuper && !makesRoles)
    found.refuses.push(`the server has no role ${missing.join(", ")}, and whoever restores may make none`);
  else if (missing.length > 0) {
    found.does.push(`make the roles ${missing.join(", ")}, without a password`);
    found.notes.push(`give the roles ${missing.join(", ")} their passwords afterwards: no backup holds them`);
  }
  const others = wanted.filter((name) => here.get(name) === false);
  if (others.length > 0 && !isSuper)
    found.refuses.push(`whoever restores is no member of ${others.join(", ")}, and can give them nothing`);
}

/** Bytes (postgresql.org/docs/current/runtime-config-preset.html, max_identifier_length). */
const longestName = 63;

async function aboutNew(
  name: string,
  there: MarkedDatabase | undefined,
  server: RestoreServer,
  found: Found,
): Promise<void> {
  const bytes = Buffer.byteLength(name);
  if (bytes > longestName)
    found.refuses.push(`the name ${name} has ${bytes} bytes, and PostgreSQL takes ${longestName}: it would cut it`);
  if (/^template[01]$/.test(name)) found.refuses.push(`${name} is no target: other databases are made from it`);
  if (there === undefined) return void found.does.push(`make the database ${name} and restore into it`);
  const { role, restore } = there.mark ?? {};
  if (role === "new")
    return void found.does.push(`drop the database ${name}, which ${restore} left half done, and make it anew`);
  if (role === "filling")
    return void found.refuses.push(
      `the database ${name} is what ${restore} left half done: drop it and make it again, empty, or name another`,
    );
  const db = await server.connect(name);
  try {
    const tables = await tablesOf(db);
    if (tables.length > 0)
      found.refuses.push(
        `the database ${name} is not empty: it has ${counted(tables.length, "table")}; name another, or restore in place`,
      );
    else found.does.push(`restore into the database ${name}, which is empty`);
  } finally {
    await db.close();
  }
}

interface Planning {
  readonly sealed: Sealed;
  readonly server: RestoreServer;
  readonly systems: readonly System[];
}

async function aboutPlace(db: Asked, name: string, isThere: boolean, planning: Planning, found: Found): Promise<void> {
  if (name === maintenance)
    return void found.refuses.push(
      `${name} is the database from which others are renamed: restore it by hand (docs/restore-by-hand.md)`,
    );
  found.does.push(`restore into a database beside ${name}, and hold every table against the manifest there`);
  if (!isThere) {
    found.does.push(`give it the name ${name}, which no database has now`);
    return;
  }
  found.does.push(
    `end every connection to ${name}, and swap the names in one transaction; what is there now is kept beside, under its name with the date`,
  );
  found.loses.push(`what was written to ${name} since ${planning.sealed.takenAt} is in the kept database alone`);
  const [row] = await db.query(
    `select count(*)::int as count, string_agg(distinct coalesce(nullif(application_name, ''), usename::text), ', ') as who from pg_catalog.pg_stat_activity where datname = ${quoteText(name)}`,
  );
  if (Number(row?.["count"]) > 0)
    found.notes.push(
      `connected now: ${counted(Number(row?.["count"]), "connection")} (${String(row?.["who"])}); they are ended`,
    );
  await aboutContent(name, planning, found);
}

/** What is there now: its schema, and how many rows each table has, where that is known soon. */
async function aboutContent(name: string, { sealed, server, systems }: Planning, found: Found): Promise<void> {
  const { content } = sealed.body;
  try {
    const db = await server.connect(name);
    try {
      await db.query("set statement_timeout = '20s'");
      found.notes.push(...(await schemaNotes(db, name, content.schemaHead, systems)));
      await aboutRows(db, content, found);
    } finally {
      await db.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    found.notes.push(`what ${name} holds now was not counted: ${messageOf(thrown)}`);
  }
}

async function aboutRows(db: Asked, content: Content, found: Found): Promise<void> {
  const was = new Map(content.tables.map(({ table, rows }) => [table, rows]));
  for (const { schema, name: table } of await tablesOf(db)) {
    const label = `${schema}.${table}`;
    const [row] = await db.query(`select count(*)::text as rows from only ${quoteName(schema)}.${quoteName(table)}`);
    const now = Number(row?.["rows"]);
    const before = was.get(label);
    was.delete(label);
    if (before === undefined) found.loses.push(`${label}: it is not in the backup, and has ${now} rows`);
    else if (before !== now) found.loses.push(`${label}: ${now} rows now, ${before} in the backup`);
  }
  for (const [label, rows] of was) found.notes.push(`${label} comes back with ${rows} rows: it is not there now`);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
