import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { freePort, isAlive, type PostmasterFile, readPostmasterFile, startServer, stopServer } from "./postmaster.ts";

/*
 * The database server that `millwright serve` runs when it is given none. It is a process of its own session: when we are
 * killed it goes on, and the next start takes it over by its `postmaster.pid`. Several of our processes may use one server; it
 * stops with the last of them. Who uses it is known by a shared advisory lock, which the server itself lets go when a process
 * dies.
 */

export interface EmbeddedServer {
  /** Holds the password: never shown. Stays the same when the server is started again. */
  readonly url: string;
  /** `taken-over`: it was running already. */
  readonly how: "started" | "taken-over";
  pid(): number;
  /** Lets go of the server, and ends it when nobody else uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Absolute; made when it is missing. */
  readonly folder: string;
  /** `$PATH`, to look for programs on. */
  readonly path: string;
  /** Told, for the log, when the server died and was started again, or could not be. */
  readonly report: (message: string) => void;
  /** Ends the start: its reason is thrown then. A server that somebody else is starting is left to them. */
  readonly stop?: AbortSignal | undefined;
}

const inUse = 0x6d77_7573;
const superviseEveryMs = 500;

/** Starts the server of a data folder, or takes over the one that runs there, and makes its database. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const folder = await opened(options);
  const first = await attach(folder, undefined, options.stop);
  let current = first;
  let mending: Promise<void> | undefined;
  const mend = async (): Promise<void> => {
    try {
      current = await attach(folder, first.port, undefined);
      options.report(`PostgreSQL had died and was started again (process ${current.pid})`);
    } catch (thrown) {
      options.report(`PostgreSQL died and cannot be started again: ${messageOf(thrown)}`);
    }
  };
  const timer = setInterval(() => {
    if (mending !== undefined || isAlive(current.pid)) return;
    mending = mend().finally(() => {
      mending = undefined;
    });
  }, superviseEveryMs);
  timer.unref();

  return {
    url: urlOf(folder, first.port, "millwright"),
    how: first.how,
    pid: () => current.pid,
    async stop() {
      clearInterval(timer);
      await mending;
      if (await isLast(current.user)) await stopServer(current.pid, "fast");
      await current.user.end().catch(() => undefined);
    },
  };
}

/** A terminal's Ctrl-C also ends the program that makes the data: then that is no failure. */
async function opened({ folder, path, stop }: EmbeddedOptions): Promise<DataFolder> {
  stop?.throwIfAborted();
  try {
    return openDataFolder(folder, path);
  } catch (thrown) {
    await pause(0); // only now are we told of the signal
    stop?.throwIfAborted();
    throw thrown;
  }
}

function urlOf(folder: DataFolder, port: number, database: string): string {
  return `postgresql://millwright:${folder.password}@127.0.0.1:${port}/${database}`;
}

interface Attached {
  readonly pid: number;
  readonly port: number;
  readonly how: "started" | "taken-over";
  /** Holds the server while it lives. */
  readonly user: Client;
}

/** A server may end between our look and our hold of it, when its last user stops it: then we look again. */
async function attach(folder: DataFolder, port: number | undefined, stop: AbortSignal | undefined): Promise<Attached> {
  for (let attempt = 1; ; attempt += 1) {
    const running = await settled(folder, stop);
    const server = running ?? (await start(folder, port ?? (await freePort()), stop));
    const url = urlOf(folder, server.port, "postgres");
    try {
      await verify(url, folder);
      await makeDatabase(url);
      const how = running === undefined ? "started" : "taken-over";
      return { pid: server.pid, port: server.port, how, user: await hold(url) };
    } catch (thrown) {
      if (attempt >= 10 || runningIn(folder)?.ready === true) throw thrown;
      await pause(100);
    }
  }
}

/** The server that runs, once it is neither starting nor stopping. */
async function settled(folder: DataFolder, stop: AbortSignal | undefined): Promise<PostmasterFile | undefined> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    const running = runningIn(folder);
    if (running === undefined || running.ready) return running;
    stop?.throwIfAborted();
    await pause(20);
  }
  throw new SystemError(`the PostgreSQL server in ${folder.data} is neither ready nor gone after a minute`, "stop");
}

/** The server that runs on this folder; undefined when none does. A number that now belongs to another program is none. */
function runningIn(folder: DataFolder): PostmasterFile | undefined {
  const file = readPostmasterFile(folder.data);
  if (file === undefined || file.folder !== folder.data || !isAlive(file.pid)) return undefined;
  return existsSync(`/proc/${file.pid}/cmdline`) && !folder.isOurs(file.pid) ? undefined : file;
}

async function start(folder: DataFolder, port: number, stop: AbortSignal | undefined): Promise<PostmasterFile> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer({
        programs: folder.programs,
        folder: folder.data,
        user: folder.user,
        logFile: folder.logFile(),
        endsWithUs: false,
        stop,
        settings: {
          listen_addresses: "127.0.0.1",
          port,
          unix_socket_directories: "",
          max_connections: 100,
          shared_buffers: "64MB",
          log_checkpoints: "off",
          // Without the DETAIL of a failure, which repeats values of rows.
          log_error_verbosity: "terse",
          timezone: "UTC",
        },
      });
    } catch (thrown) {
      stop?.throwIfAborted();
      // Another process of ours was quicker, or the dead server's last children are still going.
      const other = await settled(folder, stop);
      if (other !== undefined) return other;
      if (attempt >= 5 || !/lock file|shared memory|another postmaster/i.test(messageOf(thrown))) throw thrown;
      await pause(500);
    }
  }
}

/** That the server behind the port is the one of this folder: it knows our password and says where its data is. */
async function verify(url: string, folder: DataFolder): Promise<void> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    if (rows[0]?.data_directory === folder.data) return;
  } finally {
    await client.end();
  }
  throw new SystemError(
    `the PostgreSQL server that ${join(folder.data, "postmaster.pid")} names is another one`,
    "stop",
  );
}

async function makeDatabase(url: string): Promise<void> {
  const client = await connect(url);
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'millwright'");
    if (rowCount === 0) await client.query("create database millwright");
  } catch (thrown) {
    // Another process made it in the same moment: 42P04, or 23505 when both were about to write its name.
    if (!(thrown instanceof Error && "code" in thrown && (thrown.code === "42P04" || thrown.code === "23505")))
      throw thrown;
  } finally {
    await client.end();
  }
}

async function hold(url: string): Promise<Client> {
  const client = await connect(url);
  await client.query(`select pg_advisory_lock_shared(${inUse})`);
  return client;
}

/**
 * Lets go, and says whether nobody else holds the server; one that does not answer is held by nobody. Of several who leave in the
 * same moment each has let go before it looks: so the last of them sees nobody, and the exclusive lock is one's alone.
 */
async function isLast(user: Client): Promise<boolean> {
  try {
    await user.query(`select pg_advisory_unlock_shared(${inUse})`);
    const { rows } = await user.query<{ last: boolean }>(`select pg_try_advisory_lock(${inUse}) as last`);
    return rows[0]?.last === true;
  } catch {
    return true;
  }
}

/** A connection whose loss does not end the process. */
async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: "millwright supervisor",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (thrown) {
    throw new SystemError(`our own PostgreSQL server refuses us: ${messageOf(thrown)}`, "stop", { cause: thrown });
  }
  return client;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
