import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomOf } from "./random.ts";

/*
 * The target: it keeps what reached it, and nothing of it is ever killed. Objects are written on condition of their version, as
 * Kubernetes does it; notes are only appended, as Alertmanager takes silences. Some requests are slow, and some connections
 * are cut before or after the work was done, by the seed it is given.
 */

export interface Line {
  readonly mark: string;
  readonly kind: "object" | "note";
  readonly undo: boolean;
}

export interface Ledger {
  readonly url: string;
  readonly lines: readonly Line[];
  /** Requests that were cut. */
  readonly cuts: () => number;
  close(): void;
}

export async function startLedger(seed: number): Promise<Ledger> {
  const random = randomOf(seed);
  const lines: Line[] = [];
  const versions = new Map<string, number>();
  let cuts = 0;

  const answer = (request: IncomingMessage, url: URL): { status: number; body: unknown } => {
    const name = url.pathname.slice(1);
    const mark = url.searchParams.get("mark") ?? "";
    const kind = name === "notes" ? "note" : "object";
    if (request.method === "GET") {
      const standing = lines.filter((line) => line.mark === mark && line.kind === kind);
      const net = standing.filter(({ undo }) => !undo).length - standing.filter(({ undo }) => undo).length;
      return { status: 200, body: { version: versions.get(name) ?? 0, standing: net > 0 } };
    }
    const version = versions.get(name) ?? 0;
    if (kind === "object" && url.searchParams.get("version") !== String(version))
      return { status: 409, body: { message: `version is ${version}` } };
    versions.set(name, version + 1);
    lines.push({ mark, kind, undo: request.method === "DELETE" });
    return { status: 200, body: {} };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    const luck = random();
    await new Promise((done) => setTimeout(done, luck < 0.2 ? 20 + random() * 60 : random() * 4));
    if (luck > 0.99) {
      cuts += 1;
      return void request.socket.destroy();
    }
    const { status, body } = answer(request, new URL(request.url ?? "/", "http://ledger"));
    if (luck > 0.98) {
      cuts += 1;
      return void request.socket.destroy();
    }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    cuts: () => cuts,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
