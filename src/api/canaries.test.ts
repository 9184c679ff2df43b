import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setDefaultCACertificates } from "node:tls";
import { createToken, daysAfter } from "../access/tokens.ts";
import { systemClock } from "../edge/clock.ts";
import { serveLocally } from "../edge/local-server.ts";
import { keepSecret, sealingKey } from "../store/sealed.ts";
import { openStore } from "../store/store.ts";
import { testDatabase } from "../store/test-support.ts";
import { betrayed, type Canaries, plantCanaries, processesOf } from "./canaries.test-support.ts";
import { routes } from "./routes.ts";
import { eventually } from "./story.test-support.ts";

/*
 * A server with a known secret in every place that may hold one is used, attacked and broken for a while; then everything that
 * somebody else could see of it is searched for them.
 */

const main = join(import.meta.dirname, "..", "cli", "main.ts");

type After = { after(work: () => unknown): void };

/** Answers every request with an error that repeats all that was sent; as an identity provider it says where its parts are. */
async function echoing(t: After) {
  const server = await serveLocally((request, response) => {
    const { url = "", headers } = request;
    if (url.endsWith("/.well-known/openid-configuration")) {
      const issuer = `http://${headers.host}`;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          code_challenge_methods_supported: ["S256"],
        }),
      );
      return;
    }
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      response.statusCode = 400;
      response.setHeader("content-type", "application/json");
      const said = `${url} ${JSON.stringify(headers)} ${body}`;
      response.end(JSON.stringify({ error: "invalid_client", error_description: said, message: said }));
    });
  });
  t.after(() => server.close());
  return server;
}

function start(folder: string, config: string, env: Readonly<Record<string, string>>) {
  writeFileSync(join(folder, "millwright.server.yaml"), config);
  const child: ChildProcess = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "serve"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (said.text += chunk.toString()));
  return { child, said, ended: once(child, "close") };
}

function openFolder(t: After): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-canaries-"));
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every address that answers GET, those below a list with what stands in the list. */
async function walk(get: (path: string) => Promise<string>): Promise<ReadonlyMap<string, string>> {
  const replies = new Map<string, string>();
  const paths = routes.filter((route) => route.method === "GET" && route.kind === "answer").map(({ path }) => path);
  for (const path of paths.toSorted((a, b) => a.length - b.length)) {
    const [, list, name] = /^(.*)\/\{(\w+)\}/.exec(path) ?? [];
    const ids = list === undefined || name === undefined ? [undefined] : idsIn(replies.get(list), name);
    for (const id of ids.slice(0, 10)) {
      const address = id === undefined ? path : path.replace(/\{\w+\}/g, encodeURIComponent(id));
      replies.set(address, await get(`/api/v1${address}`));
    }
  }
  for (const path of ["/metrics", "/healthz", "/readyz", "/api/v1/openapi.json"]) replies.set(path, await get(path));
  return replies;
}

function idsIn(reply: string | undefined, name: string): readonly string[] {
  const ids = [...(reply ?? "").matchAll(new RegExp(`"(?:${name}|id|sequence|name)":"?([^",}]+)`, "g"))];
  return [...new Set(["1", ...ids.flatMap(([, id]) => id ?? [])])];
}

/** Errors of every kind, each with something secret near it. */
async function provoke(url: string, token: string, { env }: Canaries): Promise<string> {
  const said: string[] = [];
  const send = async (path: string, init: RequestInit): Promise<void> => {
    const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
    said.push(await response.text());
  };
  const authorization = `Bearer ${token}`;
  await send("/hooks/gitlab", { method: "POST", body: "{}", headers: { "x-gitlab-token": "wrong" } });
  await send("/hooks/gitlab", { method: "POST", body: "{", headers: { "x-gitlab-token": env["C_GITLAB_HOOK"] ?? "" } });
  await send("/api/v1/me", { headers: { authorization: `${authorization}x` } });
  await send(`/api/v1/findings?nonsense=${token}`, { headers: { authorization } });
  await send("/api/v1/incidents", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ title: "Everything is down", severity: "critical", kind: "outage" }),
  });
  await send("/api/v1/repositories/remote/reread", { method: "POST", headers: { authorization } });
  const login = await fetch(`${url}/auth/login`, { redirect: "manual" });
  const state = new URL(login.headers.get("location") ?? "http://none").searchParams.get("state");
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  await send(`/auth/callback?code=x&state=${state}`, { headers: { cookie } });
  return said.join("\n");
}

test("what is secret is seen by nobody: not in logs, replies, the database, the process list or on the disk", async (t) => {
  const folder = openFolder(t);
  const echo = await echoing(t);
  const databaseUrl = await testDatabase();
  const canaries = plantCanaries({ folder, databaseUrl, echo: echo.url, issuer: echo.url });
  const store = openStore({ url: databaseUrl, applicationName: "tests", poolSize: 2 });
  t.after(() => store.close());
  const now = systemClock.now();
  const { stored } = canaries;
  await keepSecret(store, stored.name, stored.text, [sealingKey("first", stored.sealingKey)], now);
  const createdBy = { kind: "person", id: "local:tests", name: "Tests" } as const;
  const admin = { name: "walker", roles: { "*": "admin" }, expiresAt: daysAfter(now, 1), createdBy } as const;
  const { secret: token } = await createToken(store, now, admin);
  const all = { forms: new Map([...canaries.forms, ["api-token", [token, token.slice(20)]] as const]) };

  const { child, said, ended } = start(folder, canaries.config, canaries.env);
  t.after(() => child.kill("SIGKILL"));
  const processes = new Map<number, string>();
  const looking = setInterval(() => {
    for (const { pid, seen } of processesOf(child.pid ?? 0)) processes.set(pid, (processes.get(pid) ?? "") + seen);
  }, 20);
  t.after(() => clearInterval(looking));
  await eventually("it answers", () => /answers at/.test(said.text) || child.exitCode !== null);
  setDefaultCACertificates([canaries.certificate]);
  const url = /answers at (\S+),/.exec(said.text)?.[1] ?? assert.fail(said.text);
  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return `${JSON.stringify([...response.headers])} ${await response.text()}`;
  };
  const provoked = await provoke(url, token, canaries);
  await eventually("the repository was read, and what is outside was asked", async () => {
    const asked = echo.asked.join("\n");
    const status = await get("/api/v1/status");
    return (
      /hooks\/canary/.test(asked) &&
      /projects\/a%2Fb/.test(asked) &&
      /remote\.git/.test(asked) &&
      existsSync(canaries.sshKeysSeen) &&
      /"reread\/platform"[^}]*"done"/.test(status)
    );
  });
  const replies = await walk(get);
  const dump = spawnSync("pg_dump", ["--inserts", databaseUrl], { encoding: "utf8", maxBuffer: 500_000_000 });
  assert.equal(dump.status, 0, dump.stderr);
  clearInterval(looking);
  child.kill("SIGTERM");
  await ended;

  await t.test("the search would find them, and the walk went everywhere", () => {
    assert.deepEqual(betrayed(JSON.stringify(canaries.env), canaries).includes("oidc"), true);
    assert.deepEqual(betrayed(Buffer.from(`oauth2:${canaries.env["C_FORGE"]}`).toString("base64"), canaries), [
      "forge",
    ]);
    assert.ok(
      [...echo.asked].some((line) => betrayed(line, canaries).includes("forge")),
      "they were in use",
    );
    assert.match(url, /^https:/, "the key of its address was in use");
    assert.match(readFileSync(canaries.sshKeysSeen, "utf8"), /^[0-9a-f]{64}/, "the key of the repository was in use");
    assert.ok(replies.size > 30, `${replies.size} replies`);
    assert.match(replies.get("/findings") ?? "", /secret/, "secrets in files were found");
    assert.match(replies.get("/journal/export") ?? "", /C_OIDC/, "by their places alone");
    assert.ok(processes.size > 5, "processes were started");
  });
  await t.test("in what it says", () => assert.deepEqual(betrayed(said.text, all), []));
  await t.test("in what it answers to mistakes", () => assert.deepEqual(betrayed(provoked, all), []));
  await t.test("in any reply", () => {
    for (const [path, reply] of replies) assert.deepEqual(betrayed(reply, all), [], path);
  });
  await t.test("in a dump of its database", () => assert.deepEqual(betrayed(dump.stdout, all), []));
  await t.test("in the process list; a program it starts is given its own credential alone", () => {
    for (const [pid, seen] of processes) {
      const given = betrayed(seen, all).filter(
        (name) => pid === child.pid || !/^(?:repository-credential|push)$/.test(name),
      );
      assert.deepEqual(given, [], seen.slice(0, 300));
    }
  });
  await t.test("in its data folder", () => {
    for (const name of readdirSync(join(folder, "millwright-data"), { recursive: true, encoding: "utf8" })) {
      const file = join(folder, "millwright-data", name);
      if (statSync(file).isFile()) assert.deepEqual(betrayed(readFileSync(file, "latin1"), all), [], name);
    }
  });
});

test("a server that cannot start says why, and not what it was given", async (t) => {
  const folder = openFolder(t);
  const planted = plantCanaries({
    folder,
    databaseUrl: "postgresql://u@127.0.0.1:1/none",
    echo: "http://127.0.0.1:1",
    issuer: "http://127.0.0.1:1",
  });
  const said = async (config: string, env = planted.env): Promise<string> => {
    const run = start(folder, config, env);
    t.after(() => run.child.kill("SIGKILL"));
    // One whose database is away says so, and waits.
    const speaks = once(run.child.stderr ?? run.child, "data");
    await Promise.race([run.ended, speaks]);
    run.child.kill("SIGKILL");
    await run.ended;
    return run.said.text;
  };
  const { env, config } = planted;
  const words = [
    await said(config),
    await said(config, { ...env, C_DATABASE: `${env["C_DATABASE"]} not a url` }),
    await said(config.replace('"env:C_SMTP"', `"${env["C_SMTP"]}"`)),
    await said(config.replace('"env:C_CHAT"', `"${env["C_CHAT"]}"`)),
    await said(
      config
        .replace("remote.git", "remote.git")
        .replace("http://127.0.0.1:1/", `http://u:${env["C_REPOSITORY"]}@127.0.0.1:1/`),
    ),
  ];

  for (const text of words) {
    assert.notEqual(text.trim(), "");
    assert.deepEqual(betrayed(text, planted), [], text);
  }
});
