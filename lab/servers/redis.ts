import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { InputError, SystemError } from "../../src/kernel/errors.ts";
import type { Part } from "../part.ts";
import { type Child, pause, programOnPath, type Register, startChild } from "./children.ts";

/** A real redis-server. */
export interface Redis extends Part {
  readonly port: number;
  /** Address with its password. */
  readonly secretUrl: string;
  isUp(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly register: Register;
}

export async function startRedis({ name, folder, port, password, register }: RedisOptions): Promise<Redis> {
  const program = programOnPath("redis-server");
  if (program === undefined)
    throw new InputError("the lab needs redis-server on this machine: apt-get install redis-server");
  mkdirSync(join(folder, "data"), { recursive: true, mode: 0o700 });
  keepEarlierData(folder);
  const file = join(folder, "redis.conf");
  writeFileSync(file, configuration(folder, port, password), { mode: 0o600 });
  let child: Child | undefined;
  const start = async (): Promise<void> => {
    if (child?.isAlive() === true) return;
    child = await startChild({
      name,
      command: [program, file],
      cwd: folder,
      env: { PATH: "/usr/bin:/bin" },
      logFile: join(folder, "log"),
      register,
    });
    await answers({ port, password }, child, join(folder, "log"));
  };
  await start();
  const stop = async (): Promise<void> => child?.stop();
  return {
    name,
    port,
    url: `redis://127.0.0.1:${port}`,
    secretUrl: `redis://:${password}@127.0.0.1:${port}`,
    isUp: () => child?.isAlive() === true,
    start,
    stop,
    close: stop,
  };
}

/** A lab of an earlier version kept its data beside the configuration. */
function keepEarlierData(folder: string): void {
  for (const name of ["dump.rdb", "appendonlydir"])
    if (existsSync(join(folder, name)) && !existsSync(join(folder, "data", name)))
      renameSync(join(folder, name), join(folder, "data", name));
}

function configuration(folder: string, port: number, password: string): string {
  return `bind 127.0.0.1
port ${port}
requirepass ${password}
dir ${folder}/data
save 60 1
appendonly yes
appendfsync no
maxmemory 64mb
maxmemory-policy noeviction
daemonize no
`;
}

interface Place {
  readonly port: number;
  readonly password: string;
}

async function answers(place: Place, child: Child, log: string): Promise<void> {
  for (let waited = 0; waited < 20_000 && child.isAlive(); waited += 50) {
    if (await isItself(place, child.pid)) return;
    await pause(50);
  }
  await child.stop();
  throw new SystemError(`redis-server did not start; it says why in ${log}`, "stop");
}

/** Whether that very process answers: somebody else may have taken the port meanwhile. */
function isItself({ port, password }: Place, pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`AUTH ${password}\r\nINFO server\r\nQUIT\r\n`));
    let said = "";
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    socket.once("error", () => socket.destroy());
    socket.once("close", () => resolve(said.includes(`\r\nprocess_id:${pid}\r\n`)));
  });
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", end(true));
    socket.once("error", end(false));
  });
}
