import type { BackupPorts } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { RedisStore } from "../../../platform/backup-stores.ts";
import type { Taking } from "../../store-kind.ts";
import { findPod, lineOf, type Pod, printedBy } from "../pod.ts";

/** `redis-cli`, connected: here by an address, or in the pod. */
export interface RedisCli {
  /** Of the server, for a person. */
  readonly label: string;
  /** What it prints; throws `SystemError` at its end when it did not end well. */
  run(args: readonly string[]): AsyncGenerator<Uint8Array>;
}

/** One that commands can be poured into (`redis-cli --pipe`); says what Redis answered in sum. */
export interface RedisTarget extends RedisCli {
  feed(commands: AsyncIterable<Uint8Array>): Promise<string>;
}

type Lent = Pick<Taking, "secret" | "cluster" | "ports" | "signal">;

/** The password goes by standard input (`--askpass`, redis-cli 6 and newer): it stands in no argument and no environment. */
export async function cliOf({ url, pod, password }: RedisStore, taking: Lent): Promise<RedisTarget> {
  if (url !== undefined) return cliAt(await taking.secret(url), taking);
  if (pod === undefined) throw new InputError("a Redis needs a url or a pod");
  const secret = password === undefined ? undefined : await taking.secret(password);
  return podCli(await findPod(pod, await taking.cluster()), secret, taking.signal);
}

/** By an address, with the programs of this machine. */
export function cliAt(url: string, { ports, signal }: Pick<Lent, "ports" | "signal">): RedisTarget {
  return localCli(addressOf(url), ports, signal);
}

/** The container's own password, as the images of Redis and Bitnami name it. */
const withOwnPassword = `
if [ -z "\${REDISCLI_AUTH:-}" ]; then
  if [ -n "\${REDIS_PASSWORD:-}" ]; then REDISCLI_AUTH=$REDIS_PASSWORD
  elif [ -r "\${REDIS_PASSWORD_FILE:-}" ]; then REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE"); fi
  if [ -n "\${REDISCLI_AUTH:-}" ]; then export REDISCLI_AUTH; fi
fi
exec redis-cli "$@"`;

/** Where no password is declared and Redis asks for one, the container's own is used; that alone takes a shell. */
async function podCli(pod: Pod, password: string | undefined, signal: AbortSignal): Promise<RedisTarget> {
  const { label } = pod;
  const feedBy =
    (command: readonly string[]): RedisTarget["feed"] =>
    (commands) =>
      textOf(printedBy(pod, [...command, "--pipe"], { signal, stdin: authenticated(commands, undefined, password) }));
  if (password !== undefined)
    return {
      label,
      run: (args) =>
        printedBy(pod, ["redis-cli", "--askpass", ...args], { signal, stdin: lineOf(password), endsByItself: true }),
      feed: feedBy(["redis-cli"]),
    };
  const plain: RedisTarget = {
    label,
    run: (args) => printedBy(pod, ["redis-cli", ...args], { signal }),
    feed: feedBy(["redis-cli"]),
  };
  const said = await textOf(plain.run(["PING"]));
  if (!/^(?:\(error\) )?NOAUTH/.test(said)) return plain;
  const wrapped = ["sh", "-c", withOwnPassword, "redis-cli"];
  return { label, run: (args) => printedBy(pod, [...wrapped, ...args], { signal }), feed: feedBy(wrapped) };
}

/**
 * The password goes before the commands: what `--askpass` reads of its input would be missing from them
 * (src/redis-cli.c, askPassword reads by whole buffers).
 */
async function* authenticated(
  commands: AsyncIterable<Uint8Array>,
  user: string | undefined,
  password: string | undefined,
): AsyncGenerator<Uint8Array> {
  if (password !== undefined) {
    const words = ["AUTH", ...(user === undefined ? [] : [user]), password];
    const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");
    yield Buffer.from(`*${words.length}\r\n${bulk}`);
  }
  yield* commands;
}

interface Address {
  readonly label: string;
  readonly args: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** What was thrown for an address may hold it, and that a password. */
function addressOf(url: string): Address {
  const parts = URL.canParse(url) ? new URL(url) : undefined;
  if (parts === undefined || !/^rediss?:$/.test(parts.protocol) || parts.hostname === "")
    throw new InputError("the address is none of Redis; write it like redis://USER:PASSWORD@HOST:6379 or rediss://…");
  const host = parts.hostname.replace(/^\[|\]$/g, "");
  const port = parts.port === "" ? "6379" : parts.port;
  const user = decodeURIComponent(parts.username);
  const password = decodeURIComponent(parts.password);
  return {
    label: `${host}:${port}`,
    args: ["-h", host, "-p", port, ...(parts.protocol === "rediss:" ? ["--tls", "--sni", host] : [])],
    user: user === "" || user === "default" ? undefined : user,
    password: password === "" ? undefined : password,
  };
}

function localCli(address: Address, { programs }: BackupPorts, signal: AbortSignal): RedisTarget {
  const { label, args: own, user, password } = address;
  const login = [...(user === undefined ? [] : ["--user", user]), ...(password === undefined ? [] : ["--askpass"])];
  async function* run(
    args: readonly string[],
    input: { readonly input?: AsyncIterable<Uint8Array> },
  ): AsyncGenerator<Uint8Array> {
    const running = programs.start({ program: "redis-cli", args: [...own, ...args], ...input, signal });
    let whole = false;
    try {
      yield* running.output;
      const { status, signal: killedBy, errors } = await running.ended;
      if (status !== 0)
        throw new SystemError(
          `redis-cli with ${label} did not end well (${killedBy ?? status}): ${errors.trim().slice(-300)}`,
          "retry",
        );
      whole = true;
    } finally {
      if (!whole) running.stop();
    }
  }
  return {
    label,
    run: (args) => run([...login, ...args], password === undefined ? {} : { input: lineOf(password) }),
    feed: (commands) => textOf(run(["--pipe"], { input: authenticated(commands, user, password) })),
  };
}

/** What comes back of a command, a refusal too. */
export function replyOf(cli: RedisCli, command: readonly string[]): Promise<string> {
  return textOf(cli.run(command));
}

/**
 * The answer to a command. redis-cli ends well although the server refused, and prints the refusal
 * (redis.io/docs/latest/develop/tools/cli, "-e"): it must be told from an answer.
 */
export async function answerOf(cli: RedisCli, command: readonly string[]): Promise<string> {
  const text = await replyOf(cli, command);
  if (/^(?:\(error\) )?(?:NOAUTH|WRONGPASS|NOPERM|ERR|LOADING|MASTERDOWN|BUSY)\b/.test(text))
    throw new SystemError(
      `Redis at ${cli.label} refused ${command.join(" ")}: ${text.trim().slice(0, 200)}`,
      /^(?:\(error\) )?(?:LOADING|MASTERDOWN|BUSY)/.test(text) ? "retry" : "stop",
    );
  return text;
}

/** Keys of each database, as `INFO keyspace` lists them: `db0:keys=3,expires=1,avg_ttl=0`. */
export async function keyspaceOf(cli: RedisCli): Promise<ReadonlyMap<number, number>> {
  return new Map((await databasesOf(cli)).map(({ db, keys }) => [db, keys]));
}

/** Keys of each database, and how many expired since the server began, both of one moment. */
export async function countedIn(
  cli: RedisCli,
): Promise<{ readonly keyspace: ReadonlyMap<number, number>; readonly expired: number }> {
  const said = await answerOf(cli, ["INFO"]);
  const keyspace = new Map(databasesIn(said, cli).map(({ db, keys }) => [db, keys]));
  return { keyspace, expired: Number(/^expired_keys:(\d+)/m.exec(said)?.[1] ?? 0) };
}

/** Keys of each database that do not expire; a database without any is none. */
export async function lastingOf(cli: RedisCli): Promise<ReadonlyMap<number, number>> {
  const lasting = (await databasesOf(cli)).map(({ db, keys, expires }) => [db, keys - expires] as const);
  return new Map(lasting.filter(([, keys]) => keys > 0));
}

interface Counted {
  readonly db: number;
  readonly keys: number;
  readonly expires: number;
}

async function databasesOf(cli: RedisCli): Promise<readonly Counted[]> {
  return databasesIn(await answerOf(cli, ["INFO", "keyspace"]), cli);
}

function databasesIn(said: string, { label }: RedisCli): readonly Counted[] {
  if (!said.includes("# Keyspace"))
    throw new SystemError(`Redis at ${label} does not tell its keys: ${said.trim().slice(0, 200)}`, "stop");
  return [...said.matchAll(/^db(\d+):keys=(\d+),expires=(\d+)/gm)].map(([, db, keys, expires]) => ({
    db: Number(db),
    keys: Number(keys),
    expires: Number(expires),
  }));
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
