import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { RedisAnswer, RedisReader } from "../kernel/probe-ports.ts";

export interface RedisOptions {
  /** `redis://user:password@host:port`, `rediss:` for TLS; never shown. */
  readonly url: string;
  /** Connecting and the answers together. */
  readonly timeoutMs: number;
  /** Certificates to trust besides the machine's, PEM. */
  readonly ca?: string;
}

/** `INFO` is about 6 kB; an answer above this is none of Redis'. */
const maxBytes = 1_000_000;

/** Redis and Valkey, asked for `INFO` alone over a connection of its own (redis.io/docs/latest/develop/reference/protocol-spec). */
export function openRedis(options: RedisOptions): RedisReader {
  const target = parseTarget(options.url);
  const port = Number(target.port === "" ? "6379" : target.port);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const label = `${target.hostname}:${port}`;
  return {
    label,
    async info() {
      const socket =
        target.protocol === "rediss:"
          ? connectTls({ host, port, servername: host, ...(options.ca === undefined ? {} : { ca: options.ca }) })
          : connectPlain({ host, port });
      return talk(socket, commandsFor(target), label, options.timeoutMs);
    },
  };
}

function parseTarget(url: string): URL {
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return new URL(url);
  throw new InputError("the Redis of a probe is not a URL like redis://USER:PASSWORD@HOST:PORT");
}

function commandsFor(target: URL): readonly (readonly string[])[] {
  const user = decodeURIComponent(target.username);
  const password = decodeURIComponent(target.password);
  const login = password === "" ? [] : [["AUTH", ...(user === "" ? [] : [user]), password]];
  return [...login, ["INFO"], ["QUIT"]];
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}

function talk(
  socket: Socket,
  commands: readonly (readonly string[])[],
  label: string,
  timeoutMs: number,
): Promise<RedisAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      finish();
    };
    const fail = (why: string, remedy: "retry" | "stop", cause?: unknown): void =>
      end(() => reject(new SystemError(`${label}: ${why}`, remedy, { cause })));
    const timer = setTimeout(() => fail(`no whole answer within ${timeoutMs / 1000} s`, "retry"), timeoutMs);
    socket.on("error", (cause) =>
      fail(cause.message, /certificate|altname/i.test(cause.message) ? "stop" : "retry", cause),
    );
    socket.on("close", () => fail("the connection was cut before the whole answer was there", "retry"));
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) return fail("it answers more than 1 MB; that is not read", "stop");
      const answer = readAnswer(Buffer.concat(chunks), label);
      if (answer === "garbage") return fail("what it answers is not Redis' protocol", "stop");
      if (answer !== undefined) end(() => resolve(answer));
    });
    socket.write(commands.map(encode).join(""));
  });
}

/** The answer to INFO, or the first refusal; undefined while it is not whole yet. */
function readAnswer(bytes: Buffer, label: string): RedisAnswer | "garbage" | undefined {
  if (bytes.length > 0 && !"+-$".includes(String.fromCharCode(bytes[0] ?? 0))) return "garbage";
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const line = bytes.toString("utf8", at + 1, lineEnd);
    const kind = String.fromCharCode(bytes[at] ?? 0);
    if (kind === "-") return refusal(line, label);
    if (kind === "$") return readBulk(bytes, Number(line), lineEnd + 2);
    if (kind !== "+") return "garbage";
    at = lineEnd + 2;
  }
  return undefined;
}

function readBulk(bytes: Buffer, size: number, start: number): RedisAnswer | "garbage" | undefined {
  if (!Number.isInteger(size) || size < 0) return "garbage";
  return bytes.length < start + size ? undefined : { kind: "info", text: bytes.toString("utf8", start, start + size) };
}

function refusal(line: string, label: string): RedisAnswer {
  if (/^(?:NOAUTH|WRONGPASS|NOPERM|ERR invalid password|ERR Client sent AUTH|ERR AUTH)/.test(line)) {
    return {
      kind: "refused",
      why: `${label}: ${line}`,
      howToLearn: "Give the probe a user that may run INFO: ACL SETUSER probe on >… -@all +info",
    };
  }
  throw new SystemError(`${label}: ${line}`, "retry");
}
