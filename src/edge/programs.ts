import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, globSync, openSync, realpathSync, unlinkSync, writeSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { PassThrough, Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  type Ended,
  type Feed,
  isFeed,
  type ProgramCall,
  type Programs,
  type Restorer,
  type Running,
} from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { packagedMajor } from "../kernel/packaged-postgresql.ts";
import { codeOf } from "./folder-entries.ts";
import { kernelPipe, memoryFolder } from "./kernel-pipe.ts";

/** What any program needs of our environment to find its way; nothing else of it reaches one. */
const inherited = /^(?:PATH|HOME|TMPDIR|XDG_CACHE_HOME|SSL_CERT_(?:FILE|DIR)|(?:https?|all|no)_proxy)$/i;

const keptErrors = 32_000;

/** Programs of this machine. A child ends with us only if it reads from us or writes to us: its pipe breaks. */
export const programs: Programs = { start, restorers };

/** Where Debian, Red Hat and the path have them. Debian's own `/usr/bin/pg_restore` only chooses one of the first. */
async function restorers(): Promise<readonly Restorer[]> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const named = folders.map((folder) => join(folder, "pg_restore")).filter((file) => existsSync(file));
  const files = new Set([
    ...globSync("/usr/lib/postgresql/*/bin/pg_restore"),
    ...globSync("/usr/pgsql-*/bin/pg_restore"),
    ...named.map((file) => realpathSync(file)).filter((file) => basename(file) !== "pg_wrapper"),
  ]);
  const found = await Promise.all(
    [...files].map(async (file) => {
      const packaged = packagedMajor(dirname(file));
      if (packaged !== undefined) return [{ file, major: packaged }];
      const running = start({ program: file, args: ["--version"] });
      let said = "";
      for await (const chunk of running.output) said += Buffer.from(chunk).toString("utf8");
      const major = /PostgreSQL\) (\d+)/.exec(said)?.[1];
      return major === undefined ? [] : [{ file, major: Number(major) }];
    }),
  );
  return found.flat().toSorted((a, b) => b.major - a.major);
}

function start(call: ProgramCall): Running {
  const { input } = call;
  if (input instanceof Uint8Array) {
    const whole = handOver(input);
    const started = launch(call, whole);
    closeSync(whole);
    return running(started);
  }
  if (input !== undefined && isFeed(input)) return startFed(call, input);
  const started = launch(call, "pipe");
  feed(started.child.stdin, input, () => started.child.kill("SIGKILL"));
  return running(started);
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

function launch(call: ProgramCall, stdin: "ignore" | "pipe" | number, printsTo?: number): Started {
  const into = call.into === undefined ? undefined : openSync(call.into, "wx", 0o600);
  // Their order is their number: a second is given only beside a first.
  const handed = [call.secret, call.secondSecret].flatMap((one) => (one === undefined ? [] : [handOver(one)]));
  const child = spawn(call.program, call.args, {
    cwd: "/",
    stdio: [stdin, printsTo ?? into ?? "pipe", "pipe", ...handed],
    env: { ...environment(), LC_ALL: "C", ...call.env },
    ...(call.user === undefined ? {} : { uid: call.user.uid, gid: call.user.gid }),
    ...(call.signal === undefined ? {} : { signal: call.signal, killSignal: "SIGKILL" }),
  });
  for (const one of into === undefined ? handed : [...handed, into]) closeSync(one);
  const errors = keepEnds(child.stderr, (text) => {
    if (call.giveUpAt?.test(text) === true) child.kill("SIGKILL");
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", (thrown) => {
      // An abort is seen at its end.
      if (codeOf(thrown) !== "ABORT_ERR") reject(notStarted(call.program, thrown));
    });
    child.once("close", (status, signal) => resolve({ status, signal, errors: errors() }));
  });
  ended.catch(() => undefined); // whoever awaits it sees it
  return { child, ended };
}

function running({ child, ended }: Started): Running {
  const { stdout } = child;
  if (stdout === null) return { output: nothing(), ended, stop: () => void child.kill("SIGKILL") };
  // Node throws away what nobody has begun to read when a program ends; a pipe keeps it.
  const output = stdout.pipe(new PassThrough());
  return {
    output,
    ended,
    stop() {
      child.kill("SIGKILL");
      // It has ended only when what it printed was read, and whoever stops it reads no more.
      stdout.unpipe(output).resume();
      output.end();
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Two programs and a pipe between them, of which we hold the writing end as well: whoever reads sees no end before we say so. */
function startFed(call: ProgramCall, { call: feeding, whole }: Feed): Running {
  const { reader, writer } = kernelPipe();
  const reading = launch(call, reader);
  const fed = launch(endingWithUs(feeding), "ignore", writer);
  closeSync(reader);
  let hasReader = true;
  const gone = (): void => {
    hasReader = false;
    fed.child.kill("SIGKILL"); // it may have nothing to write, and not see it for long
  };
  // One that could not be started has no exit.
  reading.child.once("exit", gone).once("error", gone);
  void fed.ended
    .catch((thrown: unknown): Ended => ({ status: 127, signal: null, errors: messageOf(thrown) })) // as a shell has it
    .then((ended) => (hasReader && ended.signal !== "SIGPIPE" ? whole(ended) : undefined))
    .catch(() => reading.child.kill("SIGKILL"))
    .finally(() => closeSync(writer));
  return running(reading);
}

/** Its reader is no child of it, and so no sign of our death either (setpriv(1), prctl(2): PR_SET_PDEATHSIG). */
function endingWithUs(call: Omit<ProgramCall, "input">): ProgramCall {
  return { ...call, program: "setpriv", args: ["--pdeathsig", "KILL", "--", call.program, ...call.args] };
}

/**
 * A file without a name, for a child to inherit, read from its beginning: libpq reads a password from nothing but a plain file, and
 * Node's pipes cannot be opened again. In memory where the machine has such a folder.
 */
function handOver(content: string | Uint8Array): number {
  const file = join(memoryFolder(), `millwright-${randomBytes(16).toString("hex")}`);
  const handle = openSync(file, "wx+", 0o600);
  unlinkSync(file);
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
  return handle;
}

/** A program may end before it has read everything; its exit status tells. A source that breaks ends the program. */
function feed(stdin: Writable | null, input: AsyncIterable<Uint8Array> | undefined, kill: () => void): void {
  if (stdin === null) return;
  stdin.on("error", () => undefined);
  if (input === undefined) {
    stdin.end();
    return;
  }
  pipeline(Readable.from(killedFirst(input, kill), { objectMode: false }), stdin).catch((thrown) => {
    if (codeOf(thrown) !== "EPIPE" && codeOf(thrown) !== "ERR_STREAM_PREMATURE_CLOSE") kill();
  });
}

/** A program must not see the end of its input before it is killed: it would take half for the whole. */
async function* killedFirst(input: AsyncIterable<Uint8Array>, kill: () => void): AsyncGenerator<Uint8Array> {
  const source = input[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await source.next().catch((thrown: unknown) => {
        kill();
        throw thrown;
      });
      if (next.done === true) return;
      yield next.value; // what is thrown in here is that the program reads no more: no fault of the source
    }
  } finally {
    await source.return?.();
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && inherited.test(name) ? [[name, value]] : [],
    ),
  );
}

/** The beginning and the end of what a program complains; the middle of much is left out. */
function keepEnds(stream: Readable | null, see: (text: string) => void): () => string {
  let first = "";
  let last = "";
  if (stream === null) return () => "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const room = keptErrors - first.length;
    first += text.slice(0, room);
    see(text);
    if (text.length > room) last = (last + text.slice(room)).slice(-keptErrors);
  });
  return () => (last === "" ? first : `${first}\n…\n${last}`);
}

function notStarted(program: string, thrown: unknown): Error {
  if (codeOf(thrown) === "ENOENT") return new InputError(`${program} is not on this machine`, { cause: thrown });
  return new SystemError(`${program} could not be started: ${messageOf(thrown)}`, "stop", { cause: thrown });
}
