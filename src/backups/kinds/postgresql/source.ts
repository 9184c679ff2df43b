import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { counted } from "../../../kernel/count.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { tablesOf } from "../../proof/inspect.ts";
import { quoteName, quoteText } from "../../proof/throw-away.ts";
import type { PostgresqlBody } from "./body.ts";
import { localeOf } from "./locale.ts";

/*
 * A snapshot of a database that pg_dump and our own questions share. Two sessions hold it: one keeps every table from being
 * rewritten or emptied, since a snapshot sees such a table as empty (postgresql.org/docs/current/mvcc-caveats.html), and must
 * lock before the snapshot is taken; the other keeps the snapshot. A table made in between shows in the snapshot and begins all
 * again.
 */

export interface Snapshot {
  /** As pg_dump takes it: `--snapshot`. */
  readonly name: string;
  readonly source: PostgresqlBody["source"];
  readonly databaseClock: string;
  readonly roles: PostgresqlBody["roles"];
  /** Within the snapshot. */
  readonly db: SourceDatabase;
  /** Throws when one of the sessions is gone, and with it what they held. */
  stillHeld(): Promise<void>;
  close(): Promise<void>;
}

/** Advisory locks are by database: one backup of each at a time, whoever makes it. */
const backupLock = "select pg_catalog.pg_try_advisory_xact_lock(1296649815, 1111573323) as mine";

const lockWaitSeconds = 60;
const attempts = 5;

/** Throws `SystemError`, to be tried again, when a table stays locked by others or another backup is under way. */
export async function openSnapshot(connect: () => Promise<SourceDatabase>): Promise<Snapshot> {
  const locker = await connect();
  let keeper: SourceDatabase | undefined;
  try {
    await prepare(locker);
    await locker.query("begin");
    if ((await locker.query(backupLock))[0]?.["mine"] !== true)
      throw new SystemError("another backup of this database is under way; wait until it has ended", "retry");
    keeper = await connect();
    await prepare(keeper);
    return await snapshotOf(locker, keeper);
  } catch (thrown) {
    await Promise.all([locker.close(), keeper?.close()]);
    throw thrown;
  }
}

async function prepare(db: SourceDatabase): Promise<void> {
  await db.query(`set lock_timeout = '${lockWaitSeconds}s'`);
  await db.query("set statement_timeout = 0");
  await db.query("set idle_in_transaction_session_timeout = 0");
}

async function snapshotOf(locker: SourceDatabase, keeper: SourceDatabase): Promise<Snapshot> {
  const locked = new Set<number>();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await lock(locker, locked);
    await keeper.query("begin isolation level repeatable read read only");
    const tables = await tablesOf(keeper);
    const missed = tables.filter(({ oid }) => !locked.has(oid));
    if (missed.length === 0) return read(locker, keeper);
    await keeper.query("rollback");
  }
  throw new SystemError(
    `tables were made and dropped all the while, ${counted(attempts, "attempt")} long; wait until the migration has ended`,
    "retry",
  );
}

async function lock(locker: SourceDatabase, locked: Set<number>): Promise<void> {
  const tables = (await tablesOf(locker)).filter(({ oid }) => !locked.has(oid));
  for (let start = 0; start < tables.length; start += 200) {
    const some = tables.slice(start, start + 200);
    const names = some.map(({ schema, name }) => `${quoteName(schema)}.${quoteName(name)}`);
    await locker.query(`lock table only ${names.join(", only ")} in access share mode`);
    for (const { oid } of some) locked.add(oid);
  }
}

async function read(locker: SourceDatabase, keeper: SourceDatabase): Promise<Snapshot> {
  const [row = {}] = await keeper.query(`
    select pg_catalog.pg_export_snapshot() as snapshot, d.datname as database, pg_catalog.pg_encoding_to_char(d.encoding) as encoding,
      d.datcollate as collation, pg_catalog.current_setting('server_version') as version,
      to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as clock,
      (select system_identifier::text from pg_catalog.pg_control_system()) as identifier,
      (case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn() else pg_catalog.pg_current_wal_lsn() end)::text as lsn
    from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`);
  const text = (name: string): string => String(row[name]);
  return {
    name: text("snapshot"),
    databaseClock: text("clock"),
    source: {
      database: text("database"),
      systemIdentifier: text("identifier"),
      serverVersion: text("version"),
      encoding: text("encoding"),
      collation: text("collation"),
      locale: (await localeOf(keeper, text("database")))?.locale,
      lsn: text("lsn"),
      ...(await propertiesOf(keeper, text("database"))),
    },
    roles: await rolesOf(keeper),
    db: keeper,
    stillHeld: async () => {
      await locker.query("select 1");
      await keeper.query("select 1");
    },
    close: async () => {
      await Promise.all([locker.close(), keeper.close()]);
    },
  };
}

/** What a database has beside its content. A grant to everybody is one to the role "" here. */
export async function propertiesOf(
  db: Pick<SourceDatabase, "query">,
  database: string,
): Promise<Required<Pick<PostgresqlBody["source"], "owner" | "grants" | "settings" | "connections">>> {
  const here = `where d.datname = ${quoteText(database)}`;
  const [row] = await db.query(
    `select pg_catalog.pg_get_userbyid(d.datdba)::text as owner, d.datconnlimit as connections from pg_catalog.pg_database d ${here}`,
  );
  const grants = await db.query(`
    select coalesce(r.rolname::text, '') as role, a.privilege_type as privilege, a.is_grantable as grantable
    from pg_catalog.pg_database d, lateral pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
    left join pg_catalog.pg_roles r on r.oid = a.grantee ${here} order by 1, 2`);
  const settings = await db.query(`
    select r.rolname::text as role, unnest(s.setconfig) as setting from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_database d on d.oid = s.setdatabase left join pg_catalog.pg_roles r on r.oid = s.setrole ${here} order by 1, 2`);
  return {
    owner: String(row?.["owner"]),
    connections: Number(row?.["connections"]),
    grants: grants.map((one) => ({
      role: String(one["role"]),
      privilege: String(one["privilege"]),
      grantable: one["grantable"] === true,
    })),
    settings: settings.map((one) => ({
      ...(typeof one["role"] === "string" ? { role: one["role"] } : {}),
      setting: String(one["setting"]),
    })),
  };
}

/** Roles that own something of the database or may use it, those they belong to, and the first superuser; no passwords. */
async function rolesOf(db: SourceDatabase): Promise<PostgresqlBody["roles"]> {
  const rows = await db.query(`
    with recursive here as (select oid, datdba from pg_catalog.pg_database where datname = pg_catalog.current_database()),
      used(id) as (
        select s.refobjid from pg_catalog.pg_shdepend s, here
          where s.refclassid = 'pg_catalog.pg_authid'::regclass and (s.dbid = here.oid or (s.classid = 'pg_catalog.pg_database'::regclass and s.objid = here.oid))
        union select datdba from here
        union select 10::oid
        union select m.roleid from pg_catalog.pg_auth_members m join used on m.member = used.id)
    select r.*, coalesce((select pg_catalog.json_agg(g.rolname order by g.rolname) from pg_catalog.pg_auth_members m
      join pg_catalog.pg_roles g on g.oid = m.roleid where m.member = r.oid), '[]') as groups
    from pg_catalog.pg_roles r where r.oid in (select id from used) and r.rolname !~ '^pg_' order by r.rolname`);
  return rows.map((row) => ({
    name: String(row["rolname"]),
    login: row["rolcanlogin"] === true,
    superuser: row["rolsuper"] === true,
    createDatabase: row["rolcreatedb"] === true,
    createRole: row["rolcreaterole"] === true,
    inherit: row["rolinherit"] === true,
    replication: row["rolreplication"] === true,
    bypassRls: row["rolbypassrls"] === true,
    memberOf: (row["groups"] as unknown[]).map(String),
  }));
}
