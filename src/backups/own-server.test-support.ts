// oxlint-disable no-restricted-imports -- looks at processes as the rehearsal does
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { Client } from "pg";
import { descendantsOf, send } from "../../chaos/backups/processes.ts";
import { freePort, initialise, isAlive, type PostmasterFile, startServer, stopServer } from "../store/postmaster.ts";
import { findPrograms, serverUser } from "../store/programs.ts";

/** A PostgreSQL of a test's own, which it may kill. What it committed is there again when it is up. */
export interface OwnServer {
  readonly url: string;
  run(sql: string): Promise<void>;
  /** `kill -9` of the server and of all its sessions. */
  kill(): void;
  up(): Promise<void>;
  /** Done anyway when the tests of the file are over. */
  end(): Promise<void>;
}

/** It lies in a folder below this one until the tests of the file are over. */
export async function ownServer(parent = "/tmp"): Promise<OwnServer> {
  const [programs] = findPrograms(process.env["PATH"] ?? "");
  assert.ok(programs !== undefined, "this test needs a PostgreSQL server: apt-get install postgresql");
  const user = serverUser();
  const root = mkdtempSync(join(parent, "millwright-server-"));
  chmodSync(root, 0o755);
  if (user !== undefined) chownSync(root, user.uid, user.gid);
  const folder = join(root, "data");
  initialise(programs, ["-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"], user);
  const settings = {
    listen_addresses: "127.0.0.1",
    port: await freePort(),
    unix_socket_directories: "",
    shared_buffers: "16MB",
    fsync: "off", // processes are killed here, no machine loses its power
  };
  const begin = (): Promise<PostmasterFile> =>
    startServer({ programs, folder, user, settings, logFile: join(root, "log"), endsWithUs: true });
  let { pid } = await begin();
  const end = async (): Promise<void> => {
    if (isAlive(pid)) await stopServer(pid, "immediate");
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  after(end);
  const url = `postgresql://postgres@127.0.0.1:${settings.port}/postgres`;
  return {
    url,
    async run(sql) {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(sql).finally(() => client.end());
    },
    kill() {
      for (const one of [{ pid }, ...descendantsOf(pid)]) send(one.pid, "SIGKILL");
    },
    async up() {
      ({ pid } = await begin());
    },
    end,
  };
}
