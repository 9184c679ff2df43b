import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, initialise, isAlive, startServer, stopServer } from "../src/store/postmaster.ts";
import { findPrograms, type Programs, serverUser } from "../src/store/programs.ts";
import type { Random } from "./random.ts";
import { pick } from "./random.ts";

/** A PostgreSQL server that is crashed on purpose and comes back with all that it had committed. */
export interface CrashingServer {
  readonly url: string;
  /** Ends all of it at once, and starts it again after a while; it recovers from its log. */
  crash(awayMs: number): Promise<void>;
  /** `kill -9` of one of its sessions: the whole server recovers. False when there was none. */
  killSession(random: Random): boolean;
  stop(): Promise<void>;
}

export async function startCrashingServer(
  // What the server has handed to the system survives its crash; only a crash of the machine would need fsync.
  durability: Readonly<Record<string, string>> = { fsync: "off" },
  where: { readonly parent?: string; readonly programs?: Programs | undefined } = {},
): Promise<CrashingServer> {
  const { parent = "/tmp", programs = findPrograms(process.env["PATH"] ?? "")[0] } = where;
  if (programs === undefined) throw new Error("no PostgreSQL server on this machine");
  const user = serverUser();
  const root = mkdtempSync(join(parent, "millwright-chaos-"));
  chmodSync(root, 0o755);
  if (user !== undefined) chownSync(root, user.uid, user.gid);
  const folder = join(root, "data");
  initialise(programs, ["-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"], user);
  const port = await freePort();
  const start = () =>
    startServer({
      programs,
      folder,
      user,
      logFile: join(root, "log"),
      endsWithUs: true,
      settings: {
        listen_addresses: "127.0.0.1",
        port,
        unix_socket_directories: "",
        max_connections: 100,
        restart_after_crash: "on",
        ...durability,
      },
    });
  let { pid } = await start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async crash(awayMs) {
      await stopServer(pid, "immediate");
      await new Promise((done) => setTimeout(done, awayMs));
      ({ pid } = await start());
    },
    killSession(random) {
      const sessions = sessionsOf(pid);
      if (sessions.length === 0) return false;
      const session = pick(random, sessions);
      if (isAlive(session)) spawn("kill", ["-9", String(session)], { stdio: "ignore" }).unref();
      return true;
    },
    async stop() {
      await stopServer(pid, "immediate");
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The server's processes that speak with a client. */
function sessionsOf(postmaster: number): readonly number[] {
  const { stdout } = spawnSync("ps", ["--ppid", String(postmaster), "-o", "pid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes("127.0.0.1("))
    .map((line) => Number.parseInt(line.trim(), 10));
}
