import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { Server as TlsServer } from "node:https";
import { SystemError } from "../../src/kernel/errors.ts";

/** A server of ours on the loopback. */
export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Throws `SystemError` when the port is taken. */
export async function listenHttp(listener: RequestListener, port: number): Promise<Listening> {
  return listenOn(createServer(listener), port);
}

export async function listenOn(server: Server | TlsServer, port: number): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new SystemError(`127.0.0.1:${port} cannot be listened on: ${cause.message}`, "stop", { cause })),
    );
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
