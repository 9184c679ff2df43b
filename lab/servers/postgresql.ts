import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { SystemError } from "../../src/kernel/errors.ts";
import { openDataFolder } from "../../src/store/data-folder.ts";
import { isAlive, readPostmasterFile, startServer, stopServer } from "../../src/store/postmaster.ts";
import type { Part } from "../part.ts";
import { fillUp, isMounted, mountOver, removeBallast, unmount } from "./bounded-disk.ts";
import { diesWithUs, type Register } from "./children.ts";

/** A real PostgreSQL server with the databases of GitLab, MLflow and Keycloak. */
export interface Postgresql extends Part {
  readonly port: number;
  /** Address with a password of the server's superuser. */
  adminUrl(database?: string): string;
  /** Address with a password of the role that owns a database. */
  ownerUrl(database: DatabaseName): string;
  /** Address of the role that only looks (`pg_monitor`, reading rights). */
  observerUrl(database: DatabaseName): string;
  pid(): number;
  isUp(): boolean;
  start(): Promise<void>;
  /** `immediate` is a crash, from which it recovers. */
  stop(how: "fast" | "immediate"): Promise<void>;
  /** Its data on a disk that is full, for real; it is started anew for that. Only where `canMount`. */
  fillDisk(): Promise<void>;
  /** Room again, and its data where they were. */
  freeDisk(): Promise<void>;
  /** Makes the databases that are missing, empty. */
  makeMissing(): Promise<void>;
  /** Changes a setting for good, or takes the change back; a reload makes it hold. */
  set(name: string, value: string | undefined): Promise<void>;
}

export type DatabaseName = "gitlabhq_production" | "mlflow" | "keycloak";

const owners: Readonly<Record<DatabaseName, string>> = {
  gitlabhq_production: "gitlab",
  mlflow: "mlflow",
  keycloak: "keycloak",
};

export interface PostgresqlOptions {
  readonly name: string;
  /** Absolute, and below no folder that the server's user may not enter. */
  readonly folder: string;
  readonly port: number;
  readonly passwords: { readonly owner: string; readonly observer: string };
  readonly register: Register;
}

export async function startPostgresql(options: PostgresqlOptions): Promise<Postgresql> {
  const { name, port, passwords } = options;
  mkdirSync(options.folder, { recursive: true });
  chmodSync(options.folder, 0o755);
  await takeBack(join(options.folder, "data"));
  const folder = openDataFolder(options.folder, process.env["PATH"] ?? "");
  let pid = 0;
  const start = async (): Promise<void> => {
    if (pid !== 0 && isAlive(pid)) return;
    await endFormer(folder.data, (former) => folder.isOurs(former));
    const server = await startServer({
      programs: folder.programs,
      folder: folder.data,
      user: folder.user,
      logFile: folder.logFile(),
      endsWithUs: diesWithUs(),
      settings: { ...small, port },
    });
    pid = server.pid;
    options.register(name, pid);
  };
  const address = (user: string, password: string, database: string): string =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  const part: Postgresql = {
    name,
    port,
    url: `postgresql://127.0.0.1:${port}`,
    adminUrl: (database = "postgres") => address("millwright", folder.password, database),
    ownerUrl: (database) => address(owners[database], passwords.owner, database),
    observerUrl: (database) => address("observer", passwords.observer, database),
    pid: () => pid,
    isUp: () => pid !== 0 && isAlive(pid),
    start,
    async stop(how) {
      if (pid !== 0 && isAlive(pid)) await stopServer(pid, how);
    },
    async set(setting, value) {
      if (!/^[a-z_]+$/.test(setting)) throw new Error(`${setting} is no setting`);
      const change = value === undefined ? `reset ${setting}` : `set ${setting} = '${value.replaceAll("'", "''")}'`;
      await ask(part.adminUrl(), [`alter system ${change}`, "select pg_reload_conf()"]);
    },
    makeMissing: () => makeDatabases(part, passwords),
    ...diskOf(folder.data, () => part, start),
    async close() {
      removeBallast(folder.data);
      await part.stop("fast");
      unmount(folder.data);
    },
  };
  await start();
  // What a fault may have left.
  for (const setting of ["default_transaction_read_only", "temp_file_limit"]) await part.set(setting, undefined);
  await makeDatabases(part, passwords);
  return part;
}

/** A lab that was killed with its disk full left it there; a server that outlived it goes first. */
async function takeBack(data: string): Promise<void> {
  if (!isMounted(data)) return;
  await endFormer(data, () => true);
  unmount(data);
}

function diskOf(
  data: string,
  part: () => Pick<Postgresql, "stop" | "adminUrl">,
  start: () => Promise<void>,
): Pick<Postgresql, "fillDisk" | "freeDisk"> {
  return {
    async fillDisk() {
      await part().stop("fast");
      mountOver(data);
      await start();
      // The first connection writes down what it read of a database's catalogue; without room for that none could be made.
      for (const database of Object.keys(owners)) await ask(part().adminUrl(database), ["select 1"]);
      fillUp(data);
    },
    async freeDisk() {
      removeBallast(data);
      await part().stop("fast");
      unmount(data);
      await start();
    },
  };
}

/** Small: three of them share a machine with everything else. What a crash of the machine loses, `lab reset` brings back. */
const small = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 60,
  shared_buffers: "16MB",
  fsync: "off",
  full_page_writes: "off",
  autovacuum_naptime: "5min",
  log_checkpoints: "off",
  timezone: "UTC",
} as const;

/** One that a lab left behind, which was killed on a machine without death signals. */
async function endFormer(data: string, isOurs: (pid: number) => boolean): Promise<void> {
  const former = readPostmasterFile(data);
  if (former !== undefined && isAlive(former.pid) && isOurs(former.pid)) await stopServer(former.pid, "fast");
}

async function makeDatabases(part: Postgresql, passwords: PostgresqlOptions["passwords"]): Promise<void> {
  const roles = { ...owners, observer: "observer" };
  for (const role of new Set(Object.values(roles))) {
    const password = role === "observer" ? passwords.observer : passwords.owner;
    await ask(part.adminUrl(), [
      `do $$ begin if not exists (select 1 from pg_roles where rolname = '${role}') then create role ${role} login; end if; end $$`,
      `alter role ${role} password '${password}'`,
    ]);
  }
  await ask(part.adminUrl(), ["grant pg_monitor, pg_read_all_data to observer"]);
  for (const [database, owner] of Object.entries(owners)) await makeDatabase(part.adminUrl(), database, owner);
}

async function makeDatabase(url: string, database: string, owner: string): Promise<void> {
  const [found] = await ask(url, [`select count(*)::int as count from pg_database where datname = '${database}'`]);
  if (found?.["count"] === 0) await ask(url, [`create database ${database} owner ${owner}`]);
}

/** Runs statements one by one, and gives the rows of the last. */
export async function ask(url: string, statements: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, application_name: "lab", connectionTimeoutMillis: 20_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    let rows: readonly Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    return rows;
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    throw new SystemError(`${new URL(url).host}: ${words}`, "retry", { cause: thrown });
  } finally {
    await client.end().catch(() => undefined);
  }
}
