// oxlint-disable no-restricted-imports -- tests start what restic speaks to
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after } from "node:test";

/** What becomes of a request to remove something. */
export type Removing = "remove" | "refuse" | "confirm and keep";

export interface RestServer {
  /** As restic names it. */
  readonly repository: string;
  packs: Removing;
  snapshots: Removing;
  /** Done once, before the next pack is handed out. */
  beforePack: (() => Promise<unknown>) | undefined;
}

/**
 * A folder's repository by restic's REST protocol, version 2 (restic.readthedocs.io/en/stable/REST_backend.html), until the tests of
 * the file end: a store that can be told to refuse.
 */
export async function restServer(folder: string): Promise<RestServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const rest: RestServer = {
    repository: `rest:http://127.0.0.1:${port}/`,
    packs: "remove",
    snapshots: "remove",
    beforePack: undefined,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [kind = "", name] = (request.url ?? "").split("?", 1).join("").split("/").slice(1);
    const file = fileOf(folder, kind, name);
    switch (request.method ?? "GET") {
      case "POST":
        return stored(request, response, file);
      case "DELETE":
        return void response.writeHead(removed(kind, file)).end();
      default:
        if (name === "") return listed(response, file);
        if (kind === "data") await held();
        return sent(request, response, file);
    }
  }

  async function held(): Promise<void> {
    const { beforePack } = rest;
    rest.beforePack = undefined;
    await beforePack?.();
  }

  function removed(kind: string, file: string): number {
    const how = kind === "data" ? rest.packs : kind === "snapshots" ? rest.snapshots : "remove";
    if (how === "refuse") return 403;
    if (how === "remove") rmSync(file);
    return 200;
  }

  return rest;
}

function fileOf(folder: string, kind: string, name = ""): string {
  return kind === "data" ? join(folder, kind, name.slice(0, 2), name) : join(folder, kind, name);
}

function listed(response: ServerResponse, folder: string): void {
  const all = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const files = all.filter((entry) => entry.isFile());
  response.setHeader("content-type", "application/vnd.x.restic.rest.v2");
  response.end(
    JSON.stringify(files.map((one) => ({ name: one.name, size: statSync(join(one.parentPath, one.name)).size }))),
  );
}

async function stored(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await pipeline(request, createWriteStream(file, { flags: "wx" }));
  response.end();
}

async function sent({ method, headers }: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  if (!existsSync(file)) return void response.writeHead(404).end();
  const { size } = statSync(file);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const start = Number(from ?? 0);
  const end = to === undefined || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  response.writeHead(from === undefined ? 200 : 206, { "content-length": end - start + 1 });
  if (method === "HEAD" || size === 0) return void response.end();
  await pipeline(createReadStream(file, { start, end }), response);
}
