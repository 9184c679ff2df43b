import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, request as secureRequest } from "node:https";
import { SystemError } from "../kernel/errors.ts";
import type { KubeConnection, KubeLogin } from "./kube-config.ts";

export interface KubeRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Until the answer is whole; for a stream, until its head is there. */
  readonly timeoutMs?: number;
  /**
   * Over a connection of its own: a watch, which stays for minutes and must not use up those of questions; and a write, since
   * of one that met a kept connection just as the server closed it nobody knows whether it was done.
   */
  readonly alone?: boolean;
}

export interface KubeReply {
  readonly status: number;
  readonly body: string;
  /** What the server asks us to wait before the next try. */
  readonly retryAfterSeconds: number | undefined;
}

/** One API server, kept-alive connections. Any status is a reply; no whole answer throws `SystemError`. */
export interface KubeTransport {
  readonly label: string;
  readonly connection: KubeConnection;
  ask(request: KubeRequest): Promise<KubeReply>;
  /** The head of an answer, its body still to come. */
  stream(request: KubeRequest, signal: AbortSignal): Promise<IncomingMessage>;
}

/** A page of 500 large objects stays far below. */
const maxBytes = 128_000_000;

export function openTransport(
  connection: KubeConnection,
  { userAgent, timeoutMs = 30_000 }: { readonly userAgent: string; readonly timeoutMs?: number | undefined },
): KubeTransport {
  const label = connection.server.origin + connection.server.pathname.replace(/\/+$/, "");
  const secure = connection.server.protocol === "https:";
  const agent = secure ? new Agent({ keepAlive: true, maxSockets: 16 }) : new PlainAgent({ keepAlive: true });
  const stream = async (request: KubeRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    const login = await connection.login();
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const headers = {
      ...login.headers,
      "user-agent": userAgent,
      accept: request.accept ?? "application/json",
      // Said by hand: Node sends the body of a DELETE without its length otherwise, which servers refuse.
      ...(body === undefined
        ? {}
        : { "content-type": request.contentType ?? "application/json", "content-length": body.length }),
    };
    return new Promise((resolve, reject) => {
      const own = request.alone === true ? false : agent;
      const options = { method: request.method, headers, agent: own, signal, ...tlsOf(connection, login) };
      const target = urlOf(connection, request.path);
      const asked = secure ? secureRequest(target, options, resolve) : plainRequest(target, options, resolve);
      asked.on("error", (thrown) => reject(failureOf(label, request, thrown, signal)));
      asked.end(body);
    });
  };
  return {
    label,
    connection,
    stream,
    ask: async (request) => {
      const signal = AbortSignal.timeout(request.timeoutMs ?? timeoutMs);
      const response = await stream(request, signal);
      try {
        return replyOf(response, await bodyOf(response));
      } catch (thrown) {
        throw thrown instanceof SystemError ? thrown : failureOf(label, request, thrown, signal);
      }
    },
  };
}

export function urlOf(connection: KubeConnection, path: string): URL {
  return new URL(connection.server.pathname.replace(/\/+$/, "") + path, connection.server.origin);
}

/** What the handshake needs; also for the WebSocket of exec. */
export function tlsOf(connection: KubeConnection, login: KubeLogin) {
  return {
    rejectUnauthorized: connection.verify,
    ...(connection.ca === undefined ? {} : { ca: connection.ca }),
    ...(connection.serverName === undefined ? {} : { servername: connection.serverName }),
    ...(login.cert === undefined ? {} : { cert: login.cert }),
    ...(login.key === undefined ? {} : { key: login.key }),
  };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      response.destroy();
      throw new SystemError(`The API server answers more than ${maxBytes / 1_000_000} MB; that is not read.`, "stop");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function replyOf(response: IncomingMessage, body: string): KubeReply {
  const seconds = Number(response.headers["retry-after"]);
  return {
    status: response.statusCode ?? 0,
    body,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  };
}

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused); check the server's address, and the tunnel or VPN to it",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "the host's name is not known; check the server's address in the kubeconfig",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "no route to the host; check the tunnel or VPN to it",
  ENETUNREACH: "no network; check the tunnel or VPN to it",
};

/** The words of a failure name the server and the path, never a header. */
export function failureOf(
  label: string,
  { method, path }: Pick<KubeRequest, "method" | "path">,
  thrown: unknown,
  signal: AbortSignal,
): SystemError {
  const [words, remedy] = explain(thrown, signal);
  return new SystemError(`${method} ${label}${path.replace(/\?.*$/s, "")}: ${words}.`, remedy, { cause: thrown });
}

function explain(thrown: unknown, signal: AbortSignal): readonly [string, "retry" | "stop"] {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (reason instanceof Error && reason.name === "TimeoutError") return ["no whole answer in time", "retry"];
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL/.test(code)) {
    return [`the handshake failed (${code}); check certificate-authority-data and the client certificate`, "stop"];
  }
  return [networkWords[code] ?? (code === "" ? "no answer" : `no answer (${code})`), "retry"];
}
