import { randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { processStart } from "../src/edge/process-start.ts";
import { InputError } from "../src/kernel/errors.ts";
import { barrierFor, serverUser } from "../src/store/programs.ts";
import type { KnownProcess } from "./servers/children.ts";

/** What the lab remembers of itself, as `state.json` has it. */
export interface State {
  /** Random choices of data and faults come from it. */
  readonly seed: number;
  /** The day on which it was made: `2026-11-20`. */
  readonly madeOn: string;
  readonly ports: Readonly<Record<string, number>>;
  /** The main process; undefined when the lab was stopped in order. */
  readonly main?: KnownProcess | undefined;
  /** Processes that it started, the last of each name. */
  readonly processes: readonly KnownProcess[];
}

const empty = (now: Date): State => ({ seed: 7, madeOn: now.toISOString().slice(0, 10), ports: {}, processes: [] });

/** The state as it was last written; undefined where no lab ever was. A file that cannot be read is told, not guessed. */
export function readState(folder: string): State | undefined {
  const file = join(folder, "state.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as State;
  } catch (cause) {
    throw new InputError(`${file} is not what the lab wrote. Begin anew: millwright lab reset --yes`, { cause });
  }
}

/** The lab's main process on this folder, if it runs. */
export function runningMain(folder: string): KnownProcess | undefined {
  const main = readState(folder)?.main;
  return main !== undefined && processStart(main.pid) === main.start ? main : undefined;
}

/** The folder of a lab: its state, its secrets, and where its parts keep their data. One process at a time. */
export class StateFolder {
  readonly folder: string;
  #state: State;

  /** Makes what is missing. Throws `InputError` for a folder in which PostgreSQL could not run, or a lab that runs there. */
  constructor(folder: string, now: Date) {
    const user = serverUser();
    const barrier = barrierFor(folder, user);
    if (barrier !== undefined)
      throw new InputError(
        `PostgreSQL does not run as root, and the user ${user?.name}, as whom it would run, may not enter ${barrier}. Choose another folder: npm start -- --data /var/tmp/millwright-lab`,
      );
    const running = runningMain(folder);
    if (running !== undefined)
      throw new InputError(
        `The lab runs already in ${folder} (process ${running.pid}). End it: ./millwright lab stop --data ${folder}`,
      );
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "secrets"), { recursive: true, mode: 0o700 });
    this.folder = folder;
    this.#state = readState(folder) ?? empty(now);
  }

  get state(): State {
    return this.#state;
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Written whole or not at all. */
  change(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    const draft = this.path("state.json.new");
    writeFileSync(draft, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.path("state.json"));
  }

  /** Writes a process down, so that it is found after a crash. */
  readonly register = (name: string, pid: number): void => {
    const start = processStart(pid);
    if (start === undefined) return;
    const others = this.#state.processes.filter((one) => one.name !== name);
    this.change({ processes: [...others, { name, pid, start }] });
  };

  /** A port that stays the same over restarts, unless somebody else has it by now. */
  async port(name: string, usual: number | undefined): Promise<number> {
    const wanted = this.#state.ports[name] ?? usual;
    const taken = Object.entries(this.#state.ports).some(([other, port]) => other !== name && port === wanted);
    const port = wanted !== undefined && !taken && (await isFree(wanted)) ? wanted : await anyPort();
    this.change({ ports: { ...this.#state.ports, [name]: port } });
    return port;
  }

  /** A secret of the lab, made when it is first asked for. */
  secret(name: string, make: () => string = () => randomBytes(18).toString("base64url")): string {
    const file = this.secretFile(name);
    if (!existsSync(file)) this.keepSecret(name, make());
    return readFileSync(file, "utf8");
  }

  secretFile(name: string): string {
    return this.path("secrets", name);
  }

  keepSecret(name: string, text: string): string {
    const file = this.secretFile(name);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return file;
  }
}

/** Below those that systems give to outgoing connections (from 32768 on, on Linux): between two starts nobody is given it. */
async function anyPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    if (await isFree(port)) return port;
  }
}

/** Of the ports that a lab chose, those that somebody listens on. When nothing of the lab runs, they are somebody else's. */
export async function takenPorts(folder: string): Promise<readonly number[]> {
  const ports = Object.values(readState(folder)?.ports ?? {});
  const taken = await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])));
  return taken.flat();
}

/** Whether nobody on this machine listens there. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
