import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import { type Fact, known } from "../kernel/fact.ts";
import type { KubeExecOptions, KubeExecResult } from "../kernel/kube.ts";
import { pathOfObject, queryOf, rightOn } from "./kube-path.ts";
import { unread } from "./kube-reply.ts";
import { failureOf, type KubeTransport, tlsOf, urlOf } from "./kube-transport.ts";

/**
 * Kubernetes' remote command protocol: each message's first byte is its channel (k8s.io/apimachinery
 * pkg/util/remotecommand/constants.go). Version 5 can close a stream, which version 4 cannot.
 */
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

const maxBytes = 64_000_000;
const stdinChunk = 32_768;

const ExecStatus = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional() })
    .optional(),
});

export async function exec(
  transport: KubeTransport,
  pod: { readonly namespace: string; readonly name: string },
  options: KubeExecOptions,
): Promise<Fact<KubeExecResult>> {
  const name = { apiVersion: "v1", plural: "pods", ...pod };
  const { container, command, stdin, timeoutMs = 60_000 } = options;
  const query = queryOf({ command, container, stdin: stdin !== undefined, stdout: true, stderr: true });
  const path = pathOfObject(name, "exec");
  const target = urlOf(transport.connection, path + query);
  target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
  const login = await transport.connection.login();
  const socket = new WebSocket(target, protocols, {
    headers: login.headers,
    handshakeTimeout: 30_000,
    maxPayload: maxBytes,
    ...tlsOf(transport.connection, login),
  });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const outcome = await converse(socket, stdin, signal);
    if ("exitCode" in outcome)
      return known(outcome, `${transport.label}: ${command[0] ?? ""} in ${pod.namespace}/${pod.name}`);
    const { statusCode: status = 0 } = outcome;
    return unread(transport, { status, body: "", retryAfterSeconds: undefined }, rightOn("create", name, "exec"));
  } catch (thrown) {
    throw thrown instanceof SystemError ? thrown : failureOf(transport.label, { method: "POST", path }, thrown, signal);
  } finally {
    socket.terminate();
  }
}

/** The program's outcome, or the server's answer where it did not let us in. */
function converse(
  socket: WebSocket,
  stdin: string | undefined,
  signal: AbortSignal,
): Promise<KubeExecResult | IncomingMessage> {
  const output = { [channels.stdout]: [] as Buffer[], [channels.stderr]: [] as Buffer[] };
  let length = 0;
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new SystemError(timeoutWords, "retry")));
    socket.on("error", reject);
    socket.on("unexpected-response", (_, response) => resolve(response));
    socket.on("close", () => reject(new SystemError(cutWords, "retry")));
    socket.on("open", () => {
      const refused = send(socket, stdin);
      if (refused !== undefined) reject(refused);
    });
    socket.on("message", (data: Buffer) => {
      const channel = data[0];
      const content = data.subarray(1);
      length += content.length;
      if (length > maxBytes) reject(new SystemError("The program printed more than 64 MB; that is not read.", "stop"));
      else if (channel === channels.stdout || channel === channels.stderr) output[channel].push(content);
      else if (channel === channels.error) {
        const text = (stream: readonly Buffer[]): string => Buffer.concat(stream).toString("utf8");
        settle(content, { stdout: text(output[1]), stderr: text(output[2]) }, resolve, reject);
      }
    });
  });
}

const timeoutWords = "The program did not end in time; it may still be running in the container.";
const cutWords = "The connection was cut before the program ended; whether it did its work is not known.";

/** Sends what the program reads, then closes its input. */
function send(socket: WebSocket, stdin: string | undefined): SystemError | undefined {
  if (stdin === undefined) return undefined;
  if (socket.protocol !== protocols[0]) {
    return new SystemError(
      "This cluster cannot close a program's input (it speaks v4.channel.k8s.io, Kubernetes before 1.30): pass arguments instead.",
      "stop",
    );
  }
  const bytes = Buffer.from(stdin, "utf8");
  for (let start = 0; start < bytes.length; start += stdinChunk)
    socket.send(Buffer.concat([Buffer.from([channels.stdin]), bytes.subarray(start, start + stdinChunk)]));
  socket.send(Buffer.from([channels.close, channels.stdin]));
  return undefined;
}

function settle(
  content: Buffer,
  output: { readonly stdout: string; readonly stderr: string },
  resolve: (result: KubeExecResult) => void,
  reject: (error: Error) => void,
): void {
  const parsed = ExecStatus.safeParse(jsonOr(content.toString("utf8")));
  const status = parsed.data ?? {};
  if (status.status === "Success") return resolve({ exitCode: 0, ...output });
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code !== undefined) return resolve({ exitCode: Number(code), ...output });
  reject(new SystemError(`The program could not be run: ${status.message ?? "no reason given"}.`, "stop"));
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
