import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { WebSocket } from "ws";
import * as z from "zod";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { type Fact, known } from "../kernel/fact.ts";
import { jsonOr } from "../kernel/json.ts";
import type { KubeStream, KubeStreamEnded, KubeStreamOptions } from "../kernel/kube.ts";
import { pathOfObject, queryOf, rightOn } from "./kube-path.ts";
import { unread } from "./kube-reply.ts";
import { failureOf, type KubeTransport, tlsOf, urlOf } from "./kube-transport.ts";

/**
 * Kubernetes' remote command protocol: each message's first byte is its channel (k8s.io/apimachinery
 * pkg/util/remotecommand/constants.go). Version 5 can close a stream, which version 4 cannot.
 */
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

const maxMessage = 16_000_000;
/** What lies ready before the connection is told to wait. */
const heldBytes = 1_000_000;
const stdinChunk = 32_768;
const keptErrors = 32_000;

/**
 * A connection without a sign of life for this many questions is cut: a proxy that forgot it says nothing. Kubernetes' own client
 * waits a minute too (k8s.io/client-go tools/remotecommand/websocket.go, pingReadDeadline).
 */
const unanswered = 4;
const askEveryMs = 15_000;

const ExecStatus = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional() })
    .optional(),
});

/** Starts a program in a container. `asking`: how often the other side is asked whether it is there, in milliseconds. */
export async function execStream(
  transport: KubeTransport,
  pod: { readonly namespace: string; readonly name: string },
  options: KubeStreamOptions,
  asking = askEveryMs,
): Promise<Fact<KubeStream>> {
  const { container, command, stdin } = options;
  const name = { apiVersion: "v1", plural: "pods", ...pod };
  const path = pathOfObject(name, "exec");
  const query = queryOf({ command, container, stdin: stdin !== undefined, stdout: true, stderr: true });
  const target = urlOf(transport.connection, path + query);
  target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
  const login = await transport.connection.login();
  const socket = new WebSocket(target, protocols, {
    headers: login.headers,
    handshakeTimeout: 30_000,
    maxPayload: maxMessage,
    perMessageDeflate: false,
    ...tlsOf(transport.connection, login),
  });
  const where = `${command[0] ?? ""} in ${pod.namespace}/${pod.name}`;
  const failure = (thrown: unknown): SystemError =>
    thrown instanceof SystemError
      ? thrown
      : failureOf(transport.label, { method: "POST", path }, thrown, options.signal ?? new AbortController().signal);
  // Listens from before it opens: what came with the handshake would be lost.
  const conversation = new Conversation(socket, where, failure);
  try {
    const refused = await opened(socket, options.signal);
    if (refused !== undefined) {
      const { statusCode: status = 0 } = refused;
      return unread(transport, { status, body: "", retryAfterSeconds: undefined }, rightOn("create", name, "exec"));
    }
    if (stdin !== undefined && options.endsByItself !== true && socket.protocol !== protocols[0])
      throw new SystemError(
        "This cluster cannot close a program's input (it speaks v4.channel.k8s.io, Kubernetes before 1.30): pass arguments instead.",
        "stop",
      );
  } catch (thrown) {
    socket.terminate();
    throw failure(thrown);
  }
  conversation.start(options, asking);
  return known(conversation, `${transport.label}: ${where}`);
}

/** Undefined, or the server's answer where it did not let us in. */
function opened(socket: WebSocket, signal: AbortSignal | undefined): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(reasonOf(signal));
    if (signal?.aborted === true) aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    socket.on("error", reject);
    socket.once("unexpected-response", (_, response) => {
      resolve(response);
      socket.terminate();
    });
    socket.once("open", () => {
      signal?.removeEventListener("abort", aborted);
      resolve(undefined);
    });
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  if (reason instanceof SystemError) return reason;
  if (reason instanceof Error && reason.name === "TimeoutError")
    return new SystemError("The program did not end in time; it may still be running in the container.", "retry");
  return new SystemError("The program in the container was broken off.", "stop", { cause: reason });
}

class Conversation implements KubeStream {
  readonly output: Readable;
  readonly ended: Promise<KubeStreamEnded>;
  readonly #socket: WebSocket;
  readonly #where: string;
  readonly #failure: (thrown: unknown) => SystemError;
  readonly #errors = new Ends();
  readonly #over = new AbortController();
  #settle: (ended: KubeStreamEnded) => void = () => undefined;
  #refuse: (thrown: Error) => void = () => undefined;
  #asked = 0;

  constructor(socket: WebSocket, where: string, failure: (thrown: unknown) => SystemError) {
    this.#socket = socket;
    this.#where = where;
    this.#failure = failure;
    this.output = new Readable({
      highWaterMark: heldBytes,
      read: () => {
        if (socket.isPaused) this.#goOn();
      },
      destroy: (thrown, done) => {
        // Whoever stops reading in the middle does not want the rest.
        if (!this.#over.signal.aborted) this.#fail(thrown ?? new SystemError("nobody read what it printed", "stop"));
        done(thrown);
      },
    });
    this.output.on("error", () => undefined); // whoever reads sees it
    this.ended = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#refuse = reject;
    });
    this.ended.catch(() => undefined); // likewise
    socket.on("message", (data: Buffer) => this.#hear(data));
    socket.on("error", (thrown) => this.#fail(this.#failure(thrown)));
    socket.on("close", () => this.#fail(cut(where)));
    socket.on("pong", () => {
      this.#asked = 0;
    });
  }

  start({ stdin, signal }: KubeStreamOptions, asking: number): void {
    const over = this.#over.signal;
    signal?.addEventListener("abort", () => this.#fail(reasonOf(signal)), { once: true, signal: over });
    if (signal?.aborted === true) this.#fail(reasonOf(signal));
    const timer = setInterval(() => this.#ask(), asking);
    timer.unref();
    over.addEventListener("abort", () => clearInterval(timer), { once: true });
    if (stdin !== undefined) this.#feed(stdin).catch((thrown: unknown) => this.#fail(brokenSource(thrown)));
  }

  stop(): void {
    this.#fail(new SystemError(`${this.#where} was broken off.`, "stop"));
  }

  /** While we make it wait, its answers wait too. */
  #ask(): void {
    if (this.#socket.isPaused) return;
    if (this.#asked >= unanswered) this.#fail(cut(this.#where));
    else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#asked += 1;
      this.#socket.ping();
    }
  }

  #goOn(): void {
    this.#asked = 0;
    this.#socket.resume();
  }

  #hear(data: Buffer): void {
    if (this.#over.signal.aborted) return;
    this.#asked = 0;
    const content = data.subarray(1);
    const channel = data[0];
    if (channel === channels.stderr) this.#errors.add(content);
    else if (channel === channels.error) this.#end(content);
    else if (channel === channels.stdout && content.length > 0 && !this.output.push(content)) this.#socket.pause();
  }

  #end(content: Buffer): void {
    const { status, message, details } = ExecStatus.safeParse(jsonOr(content.toString("utf8"))).data ?? {};
    const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
    const exitCode = status === "Success" ? 0 : Number(code ?? Number.NaN);
    if (!Number.isInteger(exitCode)) {
      this.#fail(new SystemError(`The program could not be run: ${message ?? "no reason given"}.`, "stop"));
      return;
    }
    this.#close();
    this.#settle({ exitCode, stderr: this.#errors.text() });
    this.output.push(null);
  }

  #fail(thrown: Error): void {
    if (this.#over.signal.aborted) return;
    this.#close();
    this.#refuse(thrown);
    this.output.destroy(thrown);
  }

  #close(): void {
    this.#over.abort();
    this.#socket.terminate();
  }

  /** One message at a time: the next is fetched when the last is with the network. */
  async #feed(stdin: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const bytes of stdin) {
      for (let start = 0; start < bytes.length; start += stdinChunk) {
        if (this.#over.signal.aborted) return;
        await this.#send(Buffer.concat([Buffer.from([channels.stdin]), bytes.subarray(start, start + stdinChunk)]));
      }
      if (this.#over.signal.aborted) return;
    }
    if (this.#socket.protocol === protocols[0]) await this.#send(Buffer.from([channels.close, channels.stdin]));
  }

  /** A connection that breaks meanwhile says so itself; a program may end before it has read everything. */
  #send(message: Buffer): Promise<void> {
    return new Promise((resolve) => this.#socket.send(message, () => resolve()));
  }
}

function cut(where: string): SystemError {
  return new SystemError(
    `The connection was cut before the program ended (${where}); whether it did its work is not known.`,
    "retry",
  );
}

function brokenSource(thrown: unknown): Error {
  if (thrown instanceof SystemError) return thrown;
  return new SystemError(`What the program was to read broke off: ${messageOf(thrown)}`, "stop", { cause: thrown });
}

/** The beginning and the end of what a program complains. */
class Ends {
  #first = Buffer.alloc(0);
  #last = Buffer.alloc(0);

  add(content: Buffer): void {
    const room = keptErrors - this.#first.length;
    this.#first = Buffer.concat([this.#first, content.subarray(0, room)]);
    if (content.length > room)
      this.#last = Buffer.from(Buffer.concat([this.#last, content.subarray(room)]).subarray(-keptErrors));
  }

  text(): string {
    const last = this.#last.toString("utf8");
    return this.#first.toString("utf8") + (last === "" ? "" : `\n…\n${last}`);
  }
}
