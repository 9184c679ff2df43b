import { spawn } from "node:child_process";
import { timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Ledger } from "../ledger.ts";
import type { Part } from "../part.ts";
import { inGit } from "../repository/git.ts";
import { backendEnvironment, readHead } from "./git-backend.ts";
import { listenHttp } from "./listen.ts";

/** Who may push, and where to: a pattern of whole ref names as the shell's `case` reads it. */
export interface GitAccount {
  readonly user: string;
  readonly token: string;
  readonly mayPush: string;
}

export interface PushedRef {
  readonly ref: string;
  /** 40 zeros for a ref that was made or deleted. */
  readonly before: string;
  readonly after: string;
}

/** Git over HTTP by the real `git http-backend`: anybody on this machine may read, accounts may push to their refs alone. */
export interface GitServer extends Part {
  readonly url: string;
  /** The bare repository. */
  readonly folder: string;
  readonly cloneUrl: string;
}

export interface GitServerOptions {
  readonly folder: string;
  /** `mlops.git` */
  readonly repository: string;
  readonly port: number;
  readonly accounts: readonly GitAccount[];
  readonly ledger: Ledger;
  readonly pushed: (refs: readonly PushedRef[], user: string) => void;
}

export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const { folder, repository, accounts, ledger, pushed } = options;
  const bare = join(folder, repository);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(bare, "HEAD"))) await inGit(folder, ["init", "--quiet", "--bare", "-b", "main", repository]);
  writeFileSync(join(bare, "hooks", "pre-receive"), hook(accounts), { mode: 0o755 });
  const { port, close } = await listenHttp((request, response) => {
    void answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  }, options.port);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? "/", "http://lab");
    const user = accountOf(request, accounts);
    if (wantsToPush(asked) && user === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="lab"' });
      response.end("a token of this lab is needed to push\n");
      return;
    }
    const pushes = request.method === "POST" && asked.pathname.endsWith("/git-receive-pack");
    const before = pushes ? await refsOf(bare) : new Map<string, string>();
    await runBackend(request, response, { folder, asked, user });
    if (!pushes || user === undefined) return;
    const changes = changesBetween(before, await refsOf(bare));
    for (const { ref, after } of changes) ledger.add("git", "push", { ref, after, user });
    if (changes.length > 0) pushed(changes, user);
  }

  const url = `http://127.0.0.1:${port}`;
  return { name: "git", url, folder: bare, cloneUrl: `${url}/${repository}`, close };
}

function wantsToPush({ pathname, searchParams }: URL): boolean {
  return pathname.endsWith("/git-receive-pack") || searchParams.get("service") === "git-receive-pack";
}

/** Refuses refs that an account may not push; `REMOTE_USER` is whom the server let in. */
function hook(accounts: readonly GitAccount[]): string {
  const cases = accounts.map(({ user, mayPush }) => `    ${user}:${mayPush}) ;;`).join("\n");
  return `#!/bin/sh
[ -n "$REMOTE_USER" ] || exit 0 # from this machine's disk: the lab itself
while read -r _ _ ref; do
  case "$REMOTE_USER:$ref" in
${cases}
    *) echo "$REMOTE_USER may not push $ref" >&2; exit 1 ;;
  esac
done
`;
}

function accountOf(request: IncomingMessage, accounts: readonly GitAccount[]): string | undefined {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (basic === undefined) return undefined;
  const given = Buffer.from(
    Buffer.from(basic, "base64")
      .toString("utf8")
      .replace(/^[^:]*:/, ""),
  );
  return accounts.find(({ token }) => {
    const right = Buffer.from(token);
    return right.length === given.length && timingSafeEqual(right, given);
  })?.user;
}

interface Call {
  readonly folder: string;
  readonly asked: URL;
  readonly user: string | undefined;
}

async function runBackend(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, asked, user }: Call,
): Promise<void> {
  const header = (name: string): string => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : (value ?? "");
  };
  const method = request.method ?? "GET";
  const child = spawn("git", ["http-backend"], {
    env: backendEnvironment({ folder, asked, user, method, header }),
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  response.once("close", () => child.kill());
  await passOn(child.stdout, response);
}

/** A CGI answer: header lines, an empty line, the body. */
async function passOn(output: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of output) {
    if (head === undefined) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const { status, headers } = readHead(head.subarray(0, end));
    response.writeHead(status, headers);
    response.write(head.subarray(end + 4));
    head = undefined;
  }
  if (head !== undefined && !response.headersSent) response.writeHead(500);
  response.end();
}

async function refsOf(bare: string): Promise<Map<string, string>> {
  const text = await inGit(bare, ["for-each-ref", "--format=%(refname) %(objectname)"]);
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
  );
}

const none = "0".repeat(40);

function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly PushedRef[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? none, after: after.get(ref) ?? none }))
    .filter((change) => change.before !== change.after);
}
