import { execFile, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../src/store/postmaster.ts";
import type { Random } from "../../random.ts";
import { pause } from "../source-database.ts";
import { type OtherKind, partOf } from "./kind.ts";

const run = promisify(execFile);
const password = "canary-of-redis";

interface Server {
  readonly port: number;
  readonly stop: () => void;
}

/** Ends with us, however we end. */
async function startRedis(folder: string, ...more: readonly string[]): Promise<Server> {
  const port = await freePort();
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...more];
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "redis-server", ...own], { stdio: "ignore" });
  while (!(await accepts(port))) await pause(20);
  return { port, stop: () => child.kill("SIGKILL") };
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}

/** A Redis in which what one account gains another loses, at one blow. */
export async function redisIn(root: string, random: Random): Promise<OtherKind> {
  mkdirSync(join(root, "redis"));
  const server = await startRedis(join(root, "redis"), "--requirepass", password, "--repl-diskless-sync-delay", "0");
  const url = join(root, "keys", "redis");
  writeFileSync(url, `redis://:${password}@127.0.0.1:${server.port}`, { mode: 0o600 });
  const writer: Socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
  writer.resume();
  writer.write(`AUTH ${password}\r\n`);
  const book = (from: number, to: number, amount: number): void =>
    void writer.write(
      `EVAL "redis.call('decrby', KEYS[1], ARGV[1]); redis.call('incrby', KEYS[2], ARGV[1]); redis.call('set', 'note:' .. KEYS[1], string.rep('n', 300))" 2 account:${from} account:${to} ${amount}\r\n`,
    );
  for (let index = 0; index < 1000; index += 1) book(index, 999 - index, 5);
  return {
    kind: "redis",
    store: "gitlab/data",
    declared: `{ component: gitlab, kind: redis, url: "file:${url}" }`,
    program: /^redis-cli .*--rdb/,
    change: () => book(Math.floor(random() * 1000), Math.floor(random() * 1000), Math.floor(random() * 1000)),
    wrong: (manifest, folder) => loaded(join(folder, partOf(manifest, "dump.rdb")), folder),
    close() {
      writer.destroy();
      server.stop();
    },
  };
}

/** Whether the accounts of a dump are zero together. */
async function loaded(dump: string, folder: string): Promise<readonly string[]> {
  const at = join(folder, "redis");
  mkdirSync(at);
  copyFileSync(dump, join(at, "dump.rdb"));
  const { port, stop } = await startRedis(at, "--dbfilename", "dump.rdb");
  try {
    const script =
      "local n, s = 0, 0 for _, k in ipairs(redis.call('keys', 'account:*')) do n = n + 1 s = s + redis.call('get', k) end return n .. ' accounts, ' .. s";
    const { stdout } = await run("redis-cli", ["-p", String(port), "EVAL", script, "0"]);
    return stdout.trim() === "1000 accounts, 0" ? [] : [`it holds ${stdout.trim()} together`];
  } finally {
    stop();
  }
}
