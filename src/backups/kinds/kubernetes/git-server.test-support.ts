// oxlint-disable no-restricted-imports -- tests start the servers that they read from
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { backendEnvironment, readHead } from "../../../../lab/servers/git-backend.ts";
import { folder } from "../../others/prove.test-support.ts";

/** A repository with one file, `deploy.git` in a folder of its own. */
export function repositoryWith(file: string, text: string): { readonly folder: string; readonly revision: string } {
  const parent = folder();
  const at = join(parent, "deploy.git");
  mkdirSync(join(at, file, ".."), { recursive: true });
  writeFileSync(join(at, file), text);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", at, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args])
      .toString()
      .trim();
  git("init", "-q", "-b", "main");
  git("config", "uploadpack.allowAnySHA1InWant", "true");
  git("add", ".");
  git("commit", "-q", "-m", "values");
  return { folder: parent, revision: git("rev-parse", "HEAD") };
}

/** The real `git http-backend` for whoever shows this header; hears what everyone showed. */
export async function privateGit(
  parent: string,
  authorization: string,
  tls?: { readonly key: string; readonly cert: string },
): Promise<{ readonly port: number; readonly shown: (string | undefined)[] }> {
  const shown: (string | undefined)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    shown.push(request.headers.authorization);
    if (request.headers.authorization === authorization) return served(parent, request, response);
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
  };
  const server: Server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, shown };
}

function served(parent: string, request: IncomingMessage, response: ServerResponse): void {
  const header = (name: string): string => String(request.headers[name] ?? "");
  const asked = new URL(request.url ?? "/", "http://tests");
  asked.pathname = asked.pathname.replace("/deploy.git/", "/deploy.git/.git/");
  const env = backendEnvironment({ folder: parent, asked, user: "tests", method: request.method ?? "GET", header });
  const child = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"] });
  request.pipe(child.stdin).on("error", () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.once("close", () => {
    const said = Buffer.concat(chunks);
    const ends = said.indexOf("\r\n\r\n");
    const { status, headers } = readHead(said.subarray(0, ends));
    response.writeHead(status, headers).end(said.subarray(ends + 4));
  });
}
