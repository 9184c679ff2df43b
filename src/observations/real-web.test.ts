import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openProbeHttp } from "../edge/probe-http.ts";
import { openRedis } from "../edge/redis.ts";
import { openSql } from "../edge/sql.ts";
import { openTls } from "../edge/tls.ts";
import { systems } from "../systems/index.ts";
import { looker, running, said, secret } from "./look.test-support.ts";
import { makeCertificates, nginxProgram, opensslProgram, startNginx, startRaw } from "./servers.test-support.ts";

/* Web servers of Debian's packages, most of which lie. */

const { look, secrets } = looker(
  {
    http: (ca) =>
      openProbeHttp({ userAgent: "millwright/test", ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }) }),
    sql: (url, timeoutMs) => openSql({ url, timeoutMs }),
    redis: (url, timeoutMs) => openRedis({ url, timeoutMs }),
    tls: (timeoutMs, ca) => openTls({ timeoutMs, ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }) }),
  },
  systems,
);

const lies = `
location = /-/readiness { return 404 "not on the list"; }
location = /-/metrics { return 200 "# Metrics are disabled, see: x"; }
location = /users/sign_in { default_type text/html; return 200 "<!DOCTYPE html><title>Welcome</title>"; }
location = /api/v4/metadata { if ($http_private_token = "${secret}") { return 200 '{"version":"18.1.4-ee"}'; } return 401 '{"message":"401 Unauthorized"}'; }
location = /version { return 200 "2.14.3"; }
location = /health { return 200 "OK"; }
location = /canary/tracking/api/2.0/mlflow/registered-models/search { return 200 '{}'; }
location = /status { return 200 '[{"status":"ok"}]'; }
location = /openapi.json { return 302 /login; }
location = /login { default_type text/html; return 200 "<!DOCTYPE html><form><input type='password'></form>"; }
location = /api/config/ { return 200 '{"gitlab":{"url":"https://stale.example.org"}}'; }
location = /api/stac { return 200 '{"type":"Catalog","links":[]}'; }
location = /api/stac/collections { return 200 '${JSON.stringify({ collections: [{ id: "ai-model" }] })}'; }
location / { default_type text/html; return 200 "<!DOCTYPE html><div id=root></div>"; }
location ^~ /mlflow/ { return 401 "login"; }
`;

test("an nginx that lies: allowlist, switched-off metrics, empty list, login page with 200, stale configuration", {
  skip: nginxProgram === undefined && "not run: nginx",
}, async () => {
  const { port } = await running(startNginx(nginxProgram ?? "", lies));
  const url = `http://127.0.0.1:${port}`;
  secrets.set("TOKEN", secret);
  const gitlab = { system: "gitlab", settings: { url }, credentials: { token: "env:TOKEN" } };
  assert.deepEqual(said(await look(gitlab, "readiness")), { readiness: "unknown" });
  assert.deepEqual(said(await look(gitlab, "metrics")), { metrics: "absent" });
  assert.deepEqual(said(await look(gitlab, "sign-in")), { "sign-in": "unhealthy" });
  assert.deepEqual(said(await look(gitlab, "version")), { version: "healthy" });
  assert.deepEqual(said(await look({ system: "gitlab", settings: { url } }, "version")), { version: "unknown" });

  const plugin = {
    system: "mlflow-sharinghub",
    settings: { url, knownModel: { project: "canary", model: "m" } },
    credentials: { token: "env:TOKEN" },
  };
  assert.deepEqual(said(await look(plugin, "version")), { version: "healthy" });
  assert.deepEqual(
    said(await look(plugin, "known-model")),
    { "known-model": "unknown" },
    "green health, empty registry",
  );
  assert.deepEqual(said(await look(plugin, "gate")), { gate: "unhealthy" });
  assert.deepEqual(said(await look({ ...plugin, settings: { url: `${url}/mlflow` } }, "gate")), { gate: "healthy" });

  const hub = {
    system: "sharinghub",
    settings: {
      url,
      gitlabUrl: "https://gitlab.example.org",
      public: false,
      knownItem: { collection: "ai-model", id: "a/b" },
    },
  };
  assert.deepEqual(said(await look(hub, "status")), { status: "healthy" });
  assert.deepEqual(said(await look(hub, "version")), { version: "unhealthy" }, "a login page with 200");
  assert.deepEqual(said(await look(hub, "config")), { "config/gitlab": "unhealthy", "config/mlflow": "absent" });
  assert.deepEqual(said(await look(hub, "catalogue")), {
    "catalogue/door": "unhealthy",
    "catalogue/collections": "healthy",
  });
  assert.deepEqual(said(await look(hub, "known-item")), { "known-item": "unhealthy" });
});

test("a half-written body, a body of 10 MB and a server that hangs are unknown", {
  skip: nginxProgram === undefined && "not run: nginx",
}, async () => {
  const half = await running(
    startRaw(
      (socket) =>
        void socket.once("data", () =>
          socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n[{"status":'),
        ),
    ),
  );
  const hanging = await running(startRaw(() => undefined));
  const big = await running(startNginx(nginxProgram ?? "", ""));
  writeFileSync(join(big.folder, "root", "status"), "x".repeat(10_000_000));
  for (const { port } of [half, hanging, big]) {
    const seen = await look({ system: "sharinghub", settings: { url: `http://127.0.0.1:${port}` } }, "status", 0.5);
    assert.deepEqual(said(seen), { status: "unknown" }, String(port));
  }
});

test("certificates as they are shown: good, over, for another host, not trusted, none", {
  skip: (nginxProgram === undefined || opensslProgram === undefined) && "not run: nginx and openssl",
}, async () => {
  const made = makeCertificates(opensslProgram ?? "");
  const nginx = async (tls: { readonly certificate: string; readonly key: string }): Promise<string> => {
    const { port } = await running(startNginx(nginxProgram ?? "", "location / { return 200 ok; }", tls));
    return `https://localhost:${port}`;
  };
  const see = async (url: string, ca?: string): Promise<Record<string, string>> =>
    said(await look({ system: "gitlab", settings: { url }, ...(ca === undefined ? {} : { ca }) }, "certificate", 5));
  try {
    const good = await nginx(made.good);
    assert.deepEqual(await see(good, made.ca), {
      certificate: "healthy",
      "certificate/chain": "healthy",
      "certificate/name": "healthy",
    });
    assert.equal((await see(good))["certificate/chain"], "unhealthy", "its issuer is not known here");
    assert.deepEqual(await see(await nginx(made.expired), made.ca), {
      certificate: "unhealthy",
      "certificate/chain": "healthy",
      "certificate/name": "healthy",
    });
    assert.deepEqual(await see(await nginx(made.otherHost), made.ca), {
      certificate: "healthy",
      "certificate/chain": "healthy",
      "certificate/name": "unhealthy",
    });
    const plain = await running(startNginx(nginxProgram ?? "", "location / { return 200 ok; }"));
    assert.deepEqual(await see(`https://localhost:${plain.port}`), { certificate: "unhealthy" });
    const hanging = await running(startRaw(() => undefined));
    assert.deepEqual(
      said(
        await look({ system: "gitlab", settings: { url: `https://localhost:${hanging.port}` } }, "certificate", 0.4),
      ),
      { certificate: "unknown" },
    );
  } finally {
    rmSync(made.folder, { recursive: true, force: true });
  }
});

test("a server that repeats the token gets it hidden from what is kept", async () => {
  const echo = await running(
    startRaw(
      (socket) =>
        void socket.once("data", (chunk: Buffer) => {
          const token = /private-token: (\S+)/i.exec(chunk.toString())?.[1] ?? "";
          const body = JSON.stringify({ version: `18.1.4-${token}` });
          socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
        }),
    ),
  );
  secrets.set("TOKEN", secret);
  const [seen] = await look(
    { system: "gitlab", settings: { url: `http://127.0.0.1:${echo.port}` }, credentials: { token: "env:TOKEN" } },
    "version",
  );
  assert.equal(seen?.kind === "known" && seen.value, "18.1.4-***");
});

test("a credential goes to the configured server and to no other, whoever it names", async () => {
  const asked: string[] = [];
  const other = await running(
    startRaw(
      (socket) =>
        void socket.once("data", (chunk: Buffer) => {
          asked.push(chunk.toString());
          socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        }),
    ),
  );
  const realm = await running(
    startRaw(
      (socket) =>
        void socket.once("data", () => {
          const foreign = `http://127.0.0.1:${other.port}`;
          const body = JSON.stringify({
            issuer: foreign,
            jwks_uri: `${foreign}/k`,
            token_endpoint: `${foreign}/token`,
            authorization_endpoint: foreign,
          });
          socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
        }),
    ),
  );
  secrets.set("CANARY", `client:${secret}`);
  await look(
    { system: "keycloak", settings: { url: `http://127.0.0.1:${realm.port}` }, credentials: { canary: "env:CANARY" } },
    "canary-login",
  );
  assert.equal(asked.length, 1);
  assert.ok(!/authorization/i.test(asked[0] ?? ""), asked[0]);
});

if (nginxProgram === undefined) process.stdout.write("not run: nginx\n");
if (opensslProgram === undefined) process.stdout.write("not run: openssl\n");
