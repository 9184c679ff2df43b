import { once } from "node:events";
import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createAdaptorServer } from "@hono/node-server";
import { SystemError } from "../kernel/errors.ts";
import { codeOf } from "../store/failures.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

export interface Listening {
  /** `http://127.0.0.1:8420`. */
  readonly url: string;
  /** Takes no new calls, lets those that run end within a time, and cuts off the rest. */
  close(graceMillis: number): Promise<void>;
}

/** Opens the door. A client that sends too slowly, or nothing, is let go. Throws `SystemError` when the port is taken. */
export async function listen(
  app: { fetch(request: Request, env?: unknown): Response | Promise<Response> },
  options: ListenOptions,
): Promise<Listening> {
  const { tls } = options;
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(whole(request), env),
    overrideGlobalObjects: false,
    ...(tls === undefined
      ? {}
      : {
          createServer: createTlsServer,
          serverOptions: { cert: tls.certificate, key: tls.key, minVersion: "TLSv1.2" },
        }),
  }) as Server;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  server.maxConnections = 1000;
  server.listen(options.port, options.host);
  try {
    await once(server, "listening");
  } catch (thrown) {
    throw refused(thrown, options);
  }
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : options.port;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}:${port}`,
    close: (graceMillis) => close(server, graceMillis),
  };
}

/**
 * The adaptor's requests are not made of the class that `new Request(request)` takes, which Hono does to limit a body that does not say
 * its length: one that comes in chunks, or none at all with a DELETE. Those become real ones here.
 */
function whole(request: Request): Request {
  const { method, headers } = request;
  if (method === "GET" || method === "HEAD" || headers.has("content-length")) return request;
  const body = headers.has("transfer-encoding") ? request.body : null;
  const made = { method, headers, body, duplex: "half", signal: request.signal };
  return new Request(request.url, made as RequestInit);
}

async function close(server: Server, graceMillis: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMillis);
  await closed;
  clearTimeout(timer);
}

function refused(thrown: unknown, { host, port }: ListenOptions): SystemError {
  const code = codeOf(thrown);
  const why =
    code === "EADDRINUSE"
      ? "another program listens there; stop it, or name another port in listen.port (--port)"
      : code === "EACCES"
        ? "this user may not; take a port above 1023"
        : `the machine refuses it (${code})`;
  return new SystemError(`cannot listen on ${host}:${port}: ${why}`, "stop", { cause: thrown });
}
