import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { processStart } from "../../src/edge/process-start.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { Authority } from "../kubernetes/certificates.ts";
import { Ledger } from "../ledger.ts";
import { inGit } from "../repository/git.ts";
import { endLeftBehind, startChild } from "./children.ts";
import { type PushedRef, startGitServer } from "./git-http.ts";
import { startIngress } from "./ingress.ts";
import { newSigningKey, startLoginService } from "./login-service.ts";
import { ask, startPostgresql } from "./postgresql.ts";
import { startRedis } from "./redis.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-lab-servers-"));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));
const register = (): void => undefined;

test("PostgreSQL has both databases, comes back after a crash, and its observer only looks", async () => {
  const passwords = { owner: "owner-password", observer: "observer-password" };
  const part = await startPostgresql({
    name: "db",
    folder: join(folder, "pg"),
    port: await freePort(),
    passwords,
    register,
  });
  try {
    await ask(part.ownerUrl("mlflow"), ["create table kept (id int)", "insert into kept values (1)"]);
    await part.stop("immediate");
    assert.equal(part.isUp(), false);
    await assert.rejects(ask(part.observerUrl("mlflow"), ["select 1"]));

    await part.start();

    assert.deepEqual(await ask(part.observerUrl("mlflow"), ["select id from kept"]), [{ id: 1 }]);
    await assert.rejects(ask(part.observerUrl("mlflow"), ["insert into kept values (2)"]), /permission denied/);
    assert.equal((await ask(part.ownerUrl("gitlabhq_production"), ["select 1 as one"]))[0]?.["one"], 1);
  } finally {
    await part.close();
  }
});

test("Redis asks for its password, and stops", async () => {
  const part = await startRedis({
    name: "redis",
    folder: join(folder, "redis"),
    port: await freePort(),
    password: "secret",
    register,
  });
  assert.equal(part.isUp(), true);
  await part.close();
  assert.equal(part.isUp(), false);
});

test("Git is read by anybody, and pushed to the refs of a token alone", async (t) => {
  const pushes: (readonly PushedRef[])[] = [];
  const ledger = new Ledger();
  const accounts = [
    { user: "journal", token: "journal-token", mayPush: "refs/heads/maintenance-log" },
    { user: "operator", token: "operator-token", mayPush: "refs/heads/*" },
  ];
  const server = await startGitServer({
    folder: join(folder, "git"),
    repository: "mlops.git",
    port: 0,
    accounts,
    ledger,
    pushed: (refs) => void pushes.push(refs),
  });
  t.after(() => server.close());
  const work = join(folder, "work");
  await inGit(folder, ["init", "--quiet", "-b", "main", work]);
  writeFileSync(join(work, "file"), "one\n");
  await inGit(work, ["add", "file"]);
  const author = { name: "Ada", email: "ada@example.org", at: "2026-07-01T10:00:00Z" };
  await inGit(work, ["commit", "--quiet", "-m", "One"], author);
  const push = (token: string, ref: string) =>
    promisify(execFile)("git", ["push", "--quiet", server.cloneUrl.replace("//", `//x:${token}@`), `main:${ref}`], {
      cwd: work,
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    });

  await push("operator-token", "refs/heads/main");
  await assert.rejects(push("journal-token", "refs/heads/other"), /journal may not push refs\/heads\/other/);
  await push("journal-token", "refs/heads/maintenance-log");
  await assert.rejects(push("wrong", "refs/heads/other"));
  const heads = await inGit(folder, ["ls-remote", "--heads", server.cloneUrl]);

  assert.deepEqual(heads.match(/refs\/\S+/g), ["refs/heads/main", "refs/heads/maintenance-log"]);
  assert.equal(ledger.count("git", "push"), 2);
  assert.deepEqual(
    pushes.map(([first]) => [first?.ref, first?.before]),
    [
      ["refs/heads/main", "0".repeat(40)],
      ["refs/heads/maintenance-log", "0".repeat(40)],
    ],
  );
});

test("the ingress leads by path, shows a certificate that was issued anew, slows down and cuts", async () => {
  const behind = createServer((asked, response) =>
    response.end(`${String(asked.headers["x-forwarded-proto"])} ${asked.url ?? ""}`),
  );
  behind.listen(0, "127.0.0.1");
  await once(behind, "listening");
  const address = behind.address();
  const origin = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  const [first, second] = [new Authority(), new Authority()];
  const part = await startIngress({
    name: "ingress",
    certificate: first.server(),
    doors: [
      {
        port: 0,
        routes: [
          { prefix: "/mlflow", to: () => undefined },
          { prefix: "/", to: () => origin },
        ],
      },
    ],
  });
  const get = (path: string, ca: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request(`${part.urls[0]}${path}`, { ca, agent: false }, (answer) => {
        let text = `${answer.statusCode ?? 0} `;
        answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
        answer.on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
  try {
    assert.equal(await get("/api?x=1", first.cert), "200 https /api?x=1");
    assert.match(await get("/mlflow/health", first.cert), /^503 /);
    part.reload(second.server());
    assert.match(await get("/", second.cert), /^200 /);
    await assert.rejects(get("/", first.cert), /signature|certificate/);
    part.trouble({ cut: true });
    await assert.rejects(get("/", second.cert));
    part.trouble({});
    assert.match(await get("/", second.cert), /^200 /);
  } finally {
    await part.close();
    behind.close();
    first.close();
    second.close();
  }
});

test("the login service describes itself, and lets in nobody without a password", async () => {
  const part = await startLoginService({
    port: 0,
    accounts: [{ id: "operator", name: "Olga", password: "right", groups: ["mlops"], may: "does" }],
    clientSecret: "client-secret",
    canarySecret: "canary-secret",
    redirectUris: ["http://127.0.0.1:1/auth/callback"],
    cookieKey: "key",
    signingKey: newSigningKey(),
    ledger: new Ledger(),
  });
  try {
    const described = (await (await fetch(`${part.url}/.well-known/openid-configuration`)).json()) as {
      readonly issuer: string;
      readonly token_endpoint: string;
    };
    assert.equal(described.issuer, part.url);
    const authorization = `Basic ${Buffer.from("canary:canary-secret").toString("base64")}`;
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const canary = await fetch(described.token_endpoint, {
      method: "POST",
      headers,
      body: "grant_type=client_credentials",
    });
    assert.equal(canary.status, 200);
    assert.equal((await fetch(`${part.url}/interaction/none`, { method: "POST" })).status, 400);
  } finally {
    await part.close();
  }
});

test("a process that was left behind is ended, one that only has its number is not", async () => {
  const options = { cwd: folder, env: { PATH: "/usr/bin:/bin" }, logFile: join(folder, "log"), register };
  const ours = await startChild({ ...options, name: "ours", command: ["sleep", "60"] });
  const other = await startChild({ ...options, name: "other", command: ["sleep", "60"] });

  const ended = await endLeftBehind([
    { name: "ours", pid: ours.pid, start: processStart(ours.pid) ?? "" },
    { name: "other", pid: other.pid, start: "1" },
  ]);

  assert.deepEqual(ended, ["ours"]);
  assert.equal(processStart(ours.pid), undefined);
  assert.equal(other.isAlive(), true);
  await other.stop();
});
