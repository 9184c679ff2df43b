import type { IncomingMessage } from "node:http";
import { type Duplex, Readable } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

interface Call {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | undefined;
  readonly command: readonly string[];
}

/** What a test makes of a program that is run in a container; it sees its whole input at once. */
export type Program = (run: Call & { readonly stdin: string | undefined }) => {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
};

type Output = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** A program that runs: its output comes while it works, `exitCode` when it has ended. */
export interface Running {
  readonly stdout: Output;
  readonly stderr?: Output;
  readonly exitCode: Promise<number>;
  /** The client went away. */
  kill?(): void;
}

/** Starts a program in a container; `stdin` is empty when the client gives none. A throw is exit code 126 with its message. */
export type Exec = (call: Call & { readonly stdin: Readable }) => Running;

/** `program` seen as one that streams. */
export function execOf(program: Program): Exec {
  return ({ stdin, ...call }) => {
    const done = collect(stdin).then((text) => program({ ...call, stdin: text }));
    return {
      stdout: textOf(done.then(({ stdout = "" }) => stdout)),
      stderr: textOf(done.then(({ stderr = "" }) => stderr)),
      exitCode: done.then(({ exitCode }) => exitCode),
    };
  };
}

async function* textOf(text: Promise<string>): AsyncIterable<string> {
  const all = await text;
  if (all !== "") yield all;
}

async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;
const usual = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/**
 * Speaks v5.channel.k8s.io or, with a client that knows only that, v4 (which cannot close stdin); `protocol` allows one alone.
 * Terminal sizes (channel 4) are read and not used.
 */
export function runOverSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  pod: { readonly namespace: string; readonly name: string },
  exec: Exec,
  protocol: string | undefined,
): void {
  const query = new URL(request.url ?? "/", "http://lab").searchParams;
  const allowed = protocol === undefined ? usual : [protocol];
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (asked) => allowed.find((one) => asked.has(one)) ?? false,
  });
  server.handleUpgrade(request, socket, head, (connection) => {
    const stdin = inputOf(connection, query.get("stdin") === "true");
    const call = {
      namespace: pod.namespace,
      pod: pod.name,
      container: query.get("container") ?? undefined,
      command: query.getAll("command"),
      stdin,
    };
    converse(connection, () => exec(call)).catch(() => connection.terminate());
  });
}

function inputOf(connection: WebSocket, isAsked: boolean): Readable {
  const stdin = new Readable({ read: () => undefined });
  if (!isAsked) stdin.push(null);
  connection.on("message", (data: Buffer) => {
    if (data[0] === channels.stdin && isAsked && data.length > 1) stdin.push(data.subarray(1));
    if (data[0] === channels.close && data[1] === channels.stdin) stdin.push(null);
  });
  connection.on("close", () => void (stdin.readableEnded || stdin.destroyed || stdin.push(null)));
  return stdin;
}

async function converse(connection: WebSocket, start: () => Running): Promise<void> {
  const send = (channel: number, content: Uint8Array | string): Promise<void> =>
    new Promise((done) => connection.send(Buffer.concat([Buffer.from([channel]), Buffer.from(content)]), () => done()));
  const pump = async (channel: number, stream: Output | undefined): Promise<void> => {
    for await (const chunk of stream ?? []) if (chunk.length > 0) await send(channel, chunk);
  };
  let exitCode: number;
  try {
    const running = start();
    connection.on("close", () => running.kill?.());
    [exitCode] = await Promise.all([
      running.exitCode,
      pump(channels.stdout, running.stdout),
      pump(channels.stderr, running.stderr),
    ]);
  } catch (thrown) {
    exitCode = 126;
    await send(channels.stderr, `${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  }
  await send(channels.error, JSON.stringify(exitStatus(exitCode)));
  connection.close(1000);
}

function exitStatus(exitCode: number): unknown {
  if (exitCode === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    reason: "NonZeroExitCode",
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}
