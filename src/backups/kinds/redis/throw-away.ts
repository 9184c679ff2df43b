import { join } from "node:path";
import type { BackupPorts, Scratch } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { serverUser } from "../../../store/programs.ts";
import { runAs } from "../../proof/throw-away.ts";
import type { RedisCli } from "./cli.ts";

/** The longest path of a socket on Linux (unix(7), sun_path). */
const longestSocket = 107;

/** What redis-server says of a dump that this version or build does not know. */
const unknownToIt = /Can't handle RDB format version|module|Unknown RDB encoding|unrecognized|RDB file contains/i;

/** It ends with us: its input's end is our own. */
const endsWithUs = `exec 3<&0; (cat <&3 >/dev/null; kill -9 $$) >/dev/null 2>&1 & exec redis-server "$@" 3<&-`;

export type Loaded =
  | { readonly kind: "loaded"; readonly cli: RedisCli; readonly expired: number; stop(): Promise<void> }
  /** The server did not take the dump; `mayKnow`: a newer one may. */
  | { readonly kind: "refused"; readonly why: string; readonly mayKnow: boolean };

/** Where a throw-away server runs, and as whom. */
export function redisUser(): ReturnType<typeof runAs> {
  return runAs(serverUser());
}

/** Loads a dump that lies in a folder, into a server without a network. Throws `InputError` where there is no redis-server. */
export async function loadDump(
  scratch: Scratch,
  file: string,
  { programs }: BackupPorts,
  signal: AbortSignal,
): Promise<Loaded> {
  const socket = join(scratch.folder, "redis.sock");
  if (socket.length > longestSocket)
    throw new InputError(`the path ${scratch.folder} is too long for a socket; name a shorter one by --scratch`);
  const stopping = new AbortController();
  const running = programs.start({
    program: "sh",
    args: ["-c", endsWithUs, "redis-server", ...settings(scratch.folder, file, socket)],
    user: redisUser(),
    input: until(AbortSignal.any([stopping.signal, signal])),
    signal,
  });
  const stop = async (): Promise<void> => {
    stopping.abort();
    running.stop();
    await running.ended.catch(() => undefined);
  };
  try {
    const log = await readyOrOver(running.output);
    if (signal.aborted) throw new SystemError("the proof was broken off", "stop");
    if (!readyMark.test(log)) {
      const { errors, status, signal: killedBy } = await running.ended;
      if (status === 127)
        throw new InputError("there is no redis-server on this machine: apt-get install redis-server");
      // One that breaks at what it reads ends by another signal.
      if (killedBy === "SIGKILL" || killedBy === "SIGTERM")
        throw new SystemError(`redis-server was killed (${killedBy}) while it loaded the dump`, "retry");
      const why = `${log}\n${errors}`
        .split("\n")
        .filter((line) => /# |error|fatal/i.test(line))
        .slice(-3)
        .join("; ");
      return { kind: "refused", why: why.slice(0, 400), mayKnow: unknownToIt.test(why) };
    }
    const expired = Number(/keys expired: (\d+)/.exec(log)?.[1] ?? 0);
    return { kind: "loaded", cli: cliOn(socket, programs, signal), expired, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function settings(folder: string, file: string, socket: string): readonly string[] {
  const values = {
    dir: folder,
    dbfilename: file,
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    save: "",
    appendonly: "no",
    daemonize: "no",
    databases: "10000",
    logfile: "",
  };
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

/** With a socket alone it says "The server is now ready to accept connections at …". */
const readyMark = /ready to accept connections/i;

/** What it says until it answers, or until its end; what it says later is read and forgotten. */
async function readyOrOver(output: AsyncIterable<Uint8Array>): Promise<string> {
  let log = "";
  const read = output[Symbol.asyncIterator]();
  for (let next = await read.next(); next.done !== true; next = await read.next()) {
    log = (log + Buffer.from(next.value).toString("utf8")).slice(-64_000);
    if (readyMark.test(log)) {
      void drain(read);
      return log;
    }
  }
  return log;
}

async function drain(read: AsyncIterator<Uint8Array>): Promise<void> {
  while ((await read.next().catch(() => ({ done: true }))).done !== true);
}

async function* until(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  yield new Uint8Array();
}

function cliOn(socket: string, programs: BackupPorts["programs"], signal: AbortSignal): RedisCli {
  return {
    label: "the throw-away server",
    async *run(args) {
      const running = programs.start({ program: "redis-cli", args: ["-s", socket, ...args], signal });
      yield* running.output;
      const { status, errors } = await running.ended;
      if (status !== 0) throw new SystemError(`the throw-away Redis does not answer: ${errors.slice(0, 200)}`, "retry");
    },
  };
}
