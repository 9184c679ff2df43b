import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Part } from "../part.ts";
import type { Lie, Telling } from "./lie.ts";

/** What can be done to every stand-in, besides talking to it. */
export interface StandIn extends Part {
  readonly url: string;
  readonly port: number;
  /** Plants a lie; another one that was told is forgotten. Throws for an id that is none of its lies. */
  lie(id: string): void;
  /** Tells the truth again. */
  tell(): void;
  /** Every answer comes this much later. */
  slow(millis: number): void;
  /** Connections are taken and cut before any answer. */
  cut(): void;
  /** The network is well again: neither slow nor cut. */
  mend(): void;
}

export interface ServeOptions {
  readonly name: string;
  /** 0: any free one. */
  readonly port: number;
  readonly now: () => Date;
  readonly lies: readonly Lie[];
  /** Answers truly; whatever it throws is answered 500 without words. */
  readonly answer: (request: Request) => Promise<Response>;
}

export interface Served extends StandIn {
  /** Takes no more connections, as a process that ended; the port stays ours to take again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A stand-in's HTTP server on the loopback, with the faults and lies that all of them share. */
export async function serveStandIn(options: ServeOptions): Promise<Served> {
  let slowMillis = 0;
  let isCut = false;
  let telling: Telling | undefined;
  const sockets = new Set<Socket>();
  const fetch = async (request: Request): Promise<Response> => {
    if (slowMillis > 0) await pause(slowMillis);
    const truth = (): Promise<Response> => options.answer(request);
    return (await telling?.(request.clone() as Request, truth)) ?? truth();
  };
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    response.setHeader("date", options.now().toUTCString());
    void listener(request, response);
  });
  server.on("connection", (socket) => {
    if (isCut) return void socket.destroy();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  let port = options.port;
  const start = async (): Promise<void> => {
    if (!server.listening) port = await listen(server, port);
  };
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => void server.close(resolve));
  };
  await start();
  return {
    name: options.name,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    lie(id) {
      const lie = options.lies.find((one) => one.id === id);
      if (lie === undefined) throw new Error(`${options.name} has no lie ${id}`);
      telling = lie.tell();
    },
    tell: () => void (telling = undefined),
    slow: (millis) => void (slowMillis = millis),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
      slowMillis = 0;
    },
    stop,
    start,
    close: stop,
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
