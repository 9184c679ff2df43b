// oxlint-disable no-restricted-imports -- tests stand between two who speak to each other
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { after } from "node:test";

/** Bytes that came over one connection so far. */
export interface Passed {
  readonly up: number;
  readonly down: number;
}

/** Passes on to a port of this machine. */
export interface Relay {
  readonly port: number;
  /** Bytes of all connections, in both ways. */
  readonly passed: number;
  /** Ends all connections without a farewell. Whether there was any: without one it was no cut. */
  cut(): boolean;
  close(): void;
}

/** A connection is cut as soon as `isCut` says so, which is asked at every piece. */
export async function openRelay(port: number, isCut: (passed: Passed) => boolean = () => false): Promise<Relay> {
  const sockets = new Set<Socket>();
  let sum = 0;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const passed = { up: 0, down: 0 };
    const count = (way: keyof Passed, bytes: number): void => {
      sum += bytes;
      passed[way] += bytes;
      if (!near.destroyed && isCut(passed)) reset(near);
    };
    for (const one of [near, far]) {
      sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        near.destroy();
        far.destroy();
        sockets.delete(one);
      });
    }
    near.on("data", (chunk: Buffer) => count("up", chunk.length));
    near.pipe(far);
    far.on("data", (chunk: Buffer) => count("down", chunk.length));
    far.pipe(near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    get passed() {
      return sum;
    },
    cut() {
      const isUsed = sockets.size > 0;
      for (const one of sockets) reset(one);
      return isUsed;
    },
    close() {
      for (const one of sockets) one.destroy();
      server.close();
    },
  };
}

/** Ends a connection without a farewell. One that is saying it is only closed: reset, it would never close at all (Node 24). */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

/** One that is there until the tests of the file are over. Gives its own port. */
export async function relayTo(port: number, isCut: (passed: Passed) => boolean): Promise<number> {
  const relay = await openRelay(port, isCut);
  after(() => relay.close());
  return relay.port;
}
