import { connect } from "node:net";

/** What Redis answers to the few commands that are sent: a text, a number, a list of texts, or nothing. */
export type RedisReply = string | number | null | readonly RedisReply[];

export interface Redis {
  /** Throws for an error reply, and when nothing answers within two seconds. */
  send(...command: readonly string[]): Promise<RedisReply>;
}

/** Asks a Redis, on a connection of its own for each command: a stand-in asks seldom. */
export function openRedisServer(url: string): Redis {
  const { hostname, port, password } = new URL(url);
  return {
    send: (...command) =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port === "" ? 6379 : port), hostname);
        const commands = [...(password === "" ? [] : [["AUTH", decodeURIComponent(password)]]), command];
        let text = "";
        socket.setTimeout(10_000, () => socket.destroy(new Error("Redis check timed out")));
        socket.once("error", reject);
        socket.once("connect", () => socket.write(commands.map(encode).join("")));
        socket.on("data", (chunk: Buffer) => {
          text += chunk.toString("utf8");
          const replies = decodeAll(text);
          const failed = replies.find((reply) => reply instanceof Error);
          if (failed instanceof Error) return void socket.destroy(failed);
          if (replies.length < commands.length) return;
          socket.end();
          resolve(replies.at(-1) as RedisReply);
        });
      }),
  };
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

type Decoded = { readonly value: RedisReply | Error; readonly end: number } | undefined;

/** The whole replies at the beginning of a text. Only texts of ASCII are read here. */
function decodeAll(text: string): readonly (RedisReply | Error)[] {
  const replies: (RedisReply | Error)[] = [];
  for (let at = 0; at < text.length; ) {
    const decoded = decode(text, at);
    if (decoded === undefined) break;
    replies.push(decoded.value);
    at = decoded.end;
  }
  return replies;
}

function decode(text: string, at: number): Decoded {
  const stop = text.indexOf("\r\n", at);
  if (stop < 0) return undefined;
  const rest = text.slice(at + 1, stop);
  switch (text.charAt(at)) {
    case "+":
      return { value: rest, end: stop + 2 };
    case "-":
      return { value: new Error(rest), end: stop + 2 };
    case ":":
      return { value: Number(rest), end: stop + 2 };
    case "$": {
      if (rest === "-1") return { value: null, end: stop + 2 };
      const end = stop + 2 + Number(rest);
      return text.length < end + 2 ? undefined : { value: text.slice(stop + 2, end), end: end + 2 };
    }
    default:
      return decodeList(text, Number(rest), stop + 2);
  }
}

function decodeList(text: string, length: number, from: number): Decoded {
  const list: RedisReply[] = [];
  let at = from;
  for (let index = 0; index < length; index += 1) {
    const decoded = decode(text, at);
    if (decoded === undefined) return undefined;
    if (!(decoded.value instanceof Error)) list.push(decoded.value);
    at = decoded.end;
  }
  return { value: list, end: at };
}
