import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";

/** What a test makes of a program that is run in a container. */
export type Program = (run: {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | undefined;
  readonly command: readonly string[];
  readonly stdin: string | undefined;
}) => { readonly exitCode: number; readonly stdout?: string; readonly stderr?: string };

/** Speaks v5.channel.k8s.io (or v4 when `protocol` says so); reads stdin until the client closes it, then runs the program. */
export function runOverSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  pod: { readonly namespace: string; readonly name: string },
  program: Program,
  protocol: string,
): void {
  const query = new URL(request.url ?? "/", "http://lab").searchParams;
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (asked) => (asked.has(protocol) ? protocol : false),
  });
  server.handleUpgrade(request, socket, head, (connection) => {
    const input: Buffer[] = [];
    const finish = (stdin: string | undefined): void => {
      const command = query.getAll("command");
      const container = query.get("container") ?? undefined;
      const {
        exitCode,
        stdout = "",
        stderr = "",
      } = program({ namespace: pod.namespace, pod: pod.name, container, command, stdin });
      const send = (channel: number, text: string): void =>
        connection.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
      if (stdout !== "") send(1, stdout);
      if (stderr !== "") send(2, stderr);
      send(3, JSON.stringify(exitStatus(exitCode)));
      connection.close(1000);
    };
    if (query.get("stdin") !== "true") return finish(undefined);
    connection.on("message", (data: Buffer) => {
      if (data[0] === 0) input.push(data.subarray(1));
      if (data[0] === 255 && data[1] === 0) finish(Buffer.concat(input).toString("utf8"));
    });
  });
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
