import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { BackupPorts, Database, RunAs, Scratch } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import { startServer, stopServer } from "../../store/postmaster.ts";
import type { Programs, ServerUser } from "../../store/programs.ts";
import { refuseBrokenServer, tellingBroken } from "./broken-server.ts";

/** A server that holds restored data for some minutes: its socket in a folder only its user may enter, no network. */
export interface ThrowAway {
  readonly major: number;
  /** Makes an empty database; the first connection restores, the second looks after it and is never given to a dump. */
  makeDatabase(encoding: string): Promise<RestoreTarget>;
  stop(): Promise<void>;
}

export interface RestoreTarget {
  /** For programs of libpq: the restoring role's way to it. */
  readonly conninfo: string;
  /** The same as an address, which ends with a parameter. */
  readonly uri: string;
  /** As a role without any right outside this database. */
  readonly restorer: Database;
  readonly keeper: Database;
  /** Ends both connections; the database goes with its server. */
  leave(): Promise<void>;
  drop(): Promise<void>;
}

/** Whoever restores: it may do with its database what it likes, and nothing else. */
const restorerName = "millwright_restorer";

/** The longest path of a socket on Linux (unix(7), sun_path), less the name PostgreSQL adds. */
const longestSocketFolder = 107 - "/.s.PGSQL.5432".length;

/**
 * Extensions that only a superuser may make, and that reach nothing outside the database: made beforehand where the machine has
 * them. Those marked `trusted` by PostgreSQL the restoring role makes itself.
 */
const safeExtensions = [
  "amcheck",
  "pg_stat_statements",
  "pg_buffercache",
  "pgrowlocks",
  "pgstattuple",
  "vector",
  "postgis",
];

/** Starts a server with the given programs. Throws `SystemError` when it does not come up. */
export async function startThrowAway(
  programs: Programs,
  user: ServerUser | undefined,
  scratch: Scratch,
  ports: BackupPorts,
): Promise<ThrowAway> {
  const folder = join(scratch.folder, `pg${programs.major}`);
  if (scratch.folder.length > longestSocketFolder)
    throw new SystemError(
      `the path ${scratch.folder} is too long for a socket of PostgreSQL; name a shorter one by --scratch`,
      "stop",
    );
  // Nobody can be named so in a dump: an owner `postgres` must not mean the superuser.
  const keeperName = `keeper_${randomBytes(12).toString("hex")}`;
  await initialise(programs, folder, keeperName, user, ports);
  const { pid } = await startServer({
    programs,
    folder,
    user,
    logFile: join(scratch.folder, `pg${programs.major}.log`),
    endsWithUs: true,
    settings: settings(scratch.folder),
  });
  const connect = async (as: string, database: string): Promise<Database> =>
    tellingBroken(await ports.connect({ socket: scratch.folder, port: 5432, user: as, database }));
  const admin = await prepared(() => connect(keeperName, "postgres"), pid, programs.major);
  let made = 0;
  return {
    major: programs.major,
    async makeDatabase(encoding) {
      made += 1;
      const name = `restored_${made}`;
      // An earlier dump may have changed how its role begins.
      await admin.query(`alter role ${restorerName} reset all`);
      await admin.query(`create database ${name} owner ${restorerName} encoding '${encoding}' template template0`);
      const keeper = await connect(keeperName, name);
      await prepare(keeper);
      const restorer = await connect(restorerName, name);
      const leave = async (): Promise<void> => {
        await Promise.all([restorer.close(), keeper.close()]);
      };
      return {
        conninfo: `host='${scratch.folder.replace(/['\\]/g, "\\$&")}' port=5432 user=${restorerName} dbname=${name}`,
        uri: `postgresql://${restorerName}@/${name}?host=${encodeURIComponent(scratch.folder)}&port=5432`,
        restorer,
        keeper,
        leave,
        async drop() {
          await leave();
          await admin.query(`drop database if exists ${name} with (force)`);
        },
      };
    },
    stop: stopping(admin, pid),
  };
}

/** Once: later its number may be another process's. */
function stopping(admin: Database, pid: number): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await admin.close();
    await stopServer(pid, "immediate");
  };
  return () => (stopped ??= stop());
}

/** Nobody else could stop a server that came up and takes nobody in. */
async function prepared(connect: () => Promise<Database>, pid: number, major: number): Promise<Database> {
  try {
    const admin = await connect();
    await admin.query(`create role ${restorerName} login nosuperuser nocreatedb nocreaterole noreplication bypassrls`);
    // What comes back is counted, also where a dump takes even its owner's right to read it.
    if (major >= 14) await admin.query(`grant pg_read_all_data to ${restorerName}`);
    return admin;
  } catch (thrown) {
    await stopServer(pid, "immediate");
    throw thrown;
  }
}

/** Beside what else is going on: a backup is read meanwhile. */
async function initialise(
  programs: Programs,
  folder: string,
  superuser: string,
  user: ServerUser | undefined,
  ports: BackupPorts,
): Promise<void> {
  const running = ports.programs.start({
    program: join(programs.folder, "initdb"),
    args: ["-D", folder, "-U", superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
    user: runAs(user),
  });
  for await (const _ of running.output);
  const { status, errors } = await running.ended;
  if (status === 0) return;
  const full = /No space left on device/.test(errors)
    ? "the disk is full: name a folder with more room by --scratch: "
    : "";
  throw new SystemError(
    `initdb could not make a database: ${full}${errors.trim().replace(/\s+/g, " ").slice(0, 300)}`,
    "stop",
  );
}

/** A role that a dump names: it exists from now on, and the restoring role may give things to it. */
export async function makeRole(keeper: Database, name: string): Promise<void> {
  const quoted = quoteName(name);
  const failure = await keeper.run(Buffer.from(`create role ${quoted} nologin`));
  if (failure === undefined) await keeper.query(`grant ${quoted} to ${restorerName}`);
  else refuseBrokenServer(failure); // it is there, or no role can be called so
}

/** A name as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function prepare(keeper: Database): Promise<void> {
  await keeper.query(`alter schema public owner to ${restorerName}`);
  // Owners named in the dump must be able to own what lies in it.
  await keeper.query("grant all on schema public to public");
  const rows = await keeper.query("select name from pg_catalog.pg_available_extensions");
  const available = new Set(rows.map(({ name }) => String(name)));
  for (const name of safeExtensions) {
    if (available.has(name)) await keeper.query(`create extension if not exists ${quoteName(name)} schema public`);
  }
}

/** Quick, not durable: nothing of it outlives the proof. */
export const throwAwaySettings = {
  shared_buffers: "128MB",
  maintenance_work_mem: "128MB",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: 0,
  max_wal_size: "1GB",
  autovacuum: "off",
  jit: "off",
} as const;

function settings(socket: string): Readonly<Record<string, string | number>> {
  return {
    ...throwAwaySettings,
    listen_addresses: "",
    unix_socket_directories: socket,
    unix_socket_permissions: "0700",
    port: 5432,
    max_connections: 20,
    log_error_verbosity: "terse",
    log_min_messages: "fatal",
    timezone: "UTC",
  };
}

/** Whom files of the proof belong to. */
export function runAs(user: ServerUser | undefined): RunAs | undefined {
  return user === undefined ? undefined : { uid: user.uid, gid: user.gid };
}
