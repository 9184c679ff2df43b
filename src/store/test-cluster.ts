import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemError } from "../kernel/errors.ts";
import { freePort, initialise, startServer, stopServer } from "./postmaster.ts";
import { barrierFor, findPrograms, type Programs, serverUser } from "./programs.ts";

export interface TestCluster {
  /** Of its database `postgres`; anybody on this machine may connect while the tests run. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface TestClusterOptions {
  /** The newest of this machine where none are named. */
  readonly programs?: Programs | undefined;
  /** Of the loopback; one that nobody uses where none is named. */
  readonly port?: number;
  /** Of postgresql.conf, beside those that let it be quick. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server for tests, on the loopback. It forgets everything, and ends with this process; `within`: a folder for its own. */
export async function startTestCluster(within?: string, options: TestClusterOptions = {}): Promise<TestCluster> {
  const programs = options.programs ?? findPrograms(process.env["PATH"] ?? "")[0];
  if (programs === undefined)
    throw new SystemError("the tests need a PostgreSQL server: apt-get install postgresql", "stop");
  const user = serverUser();
  const parent =
    [within ?? tmpdir(), "/tmp", "/var/tmp"].find((folder) => barrierFor(folder, user) === undefined) ?? "/tmp";
  const root = mkdtempSync(join(parent, "millwright-test-"));
  chmodSync(root, 0o755);
  const folder = join(root, "data");
  if (user !== undefined) chownSync(root, user.uid, user.gid);
  const remove = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    initialise(programs, ["-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"], user);
    const { pid, port } = await startServer({
      programs,
      folder,
      user,
      logFile: join(root, "log"),
      endsWithUs: true,
      settings: {
        listen_addresses: "127.0.0.1",
        port: options.port ?? (await freePort()),
        unix_socket_directories: "",
        max_connections: 300,
        shared_buffers: "64MB",
        fsync: "off",
        synchronous_commit: "off",
        full_page_writes: "off",
        ...options.settings,
      },
    });
    // The server is a child with a death signal; what it leaves on the disk goes here, whichever way we end in order.
    process.once("exit", remove);
    return {
      url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
      pid,
      stop: () => stopServer(pid, "immediate").then(remove),
    };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}
