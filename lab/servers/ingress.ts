import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Part } from "../part.ts";
import { listenOn } from "./listen.ts";

/** A certificate with its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** One address of an environment: a port, and where its paths lead. */
export interface Door {
  readonly port: number;
  /** By path prefix, the longest first; each leads to the origin of a part. */
  readonly routes: readonly { readonly prefix: string; readonly to: () => string | undefined }[];
}

/** What can be wrong with the way in. */
export interface Trouble {
  /** Milliseconds that every answer waits. */
  readonly slowMs?: number;
  /** Connections are dropped without an answer. */
  readonly cut?: boolean;
}

/** An HTTPS reverse proxy before an environment's parts, which speak HTTP. */
export interface Ingress extends Part {
  /** Addresses in the order of the doors. */
  readonly urls: readonly string[];
  /** New connections get this certificate; those that are open keep theirs. */
  reload(pair: KeyPair): void;
  trouble(trouble: Trouble): void;
}

export interface IngressOptions {
  readonly name: string;
  readonly doors: readonly Door[];
  readonly certificate: KeyPair;
}

export async function startIngress({ name, doors, certificate }: IngressOptions): Promise<Ingress> {
  let trouble: Trouble = {};
  const servers: Server[] = [];
  const listening = await Promise.all(
    doors.map((door) => {
      const server = createServer(certificate, (request, response) => {
        if (trouble.cut === true) request.socket.destroy();
        else setTimeout(() => forward(door, request, response), trouble.slowMs ?? 0);
      });
      server.on("clientError", (_, socket) => socket.destroy());
      servers.push(server);
      return listenOn(server, door.port);
    }),
  );
  const urls = listening.map(({ port }) => `https://127.0.0.1:${port}`);
  return {
    name,
    urls,
    ...(urls[0] === undefined ? {} : { url: urls[0] }),
    reload(pair) {
      for (const server of servers) {
        server.setSecureContext(pair);
        server.closeIdleConnections();
      }
    },
    trouble(now) {
      trouble = now;
      if (now.cut === true) for (const server of servers) server.closeAllConnections();
    },
    async close() {
      await Promise.all(listening.map((one) => one.close()));
    },
  };
}

function forward(door: Door, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? "/";
  const route = door.routes.find(({ prefix }) => path === prefix || path.startsWith(slashed(prefix)));
  const origin = route?.to();
  if (origin === undefined) return refuse(response, route === undefined ? 404 : 503);
  const headers = {
    ...request.headers,
    "x-forwarded-proto": "https",
    "x-forwarded-host": request.headers.host ?? "",
    "x-forwarded-for": "127.0.0.1",
  };
  const outgoing = httpRequest(new URL(path, origin), { method: request.method ?? "GET", headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.once("error", () => response.destroy());
  });
  outgoing.once("error", () => refuse(response, 502));
  response.once("close", () => outgoing.destroy());
  request.pipe(outgoing);
}

function slashed(prefix: string): string {
  return prefix.endsWith("/") ? prefix : `${prefix}/`;
}

/** As nginx answers when nobody is behind it. */
function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  const titles: Readonly<Record<number, string>> = { 404: "Not Found", 502: "Bad Gateway", 503: "Service Unavailable" };
  response.writeHead(status, { "content-type": "text/html" });
  response.end(`<html><head><title>${status} ${titles[status]}</title></head><body></body></html>\n`);
}
