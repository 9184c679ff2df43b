import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { test } from "node:test";
import { Client } from "pg";
import { openProbeHttp } from "../edge/probe-http.ts";
import { openRedis } from "../edge/redis.ts";
import { openSql } from "../edge/sql.ts";
import { openTls } from "../edge/tls.ts";
import { SystemError } from "../kernel/errors.ts";
import { testDatabase } from "../store/test-support.ts";
import { systems } from "../systems/index.ts";
import { looker, running, said, secret } from "./look.test-support.ts";
import { redisProgram, startRaw, startRedis } from "./servers.test-support.ts";

/* Databases of Debian's packages, and some that are none. */

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

test("PostgreSQL is asked for what it is, in transactions that only read", async () => {
  const url = await testDatabase();
  secrets.set("DATABASE", url);
  const postgres = { system: "postgresql", credentials: { database: "env:DATABASE" } };

  const server = await look(postgres, "server");
  assert.deepEqual(said(server), {
    server: "healthy",
    writes: "healthy",
    connections: "healthy",
    "oldest-transaction": "healthy",
    wraparound: "healthy",
  });
  assert.match(server[0]?.kind === "known" ? String(server[0].value) : "", /^\d+\.\d+$/);
  assert.deepEqual(said(await look(postgres, "replication")), { replication: "absent" });
  assert.deepEqual(said(await look({ ...postgres, settings: { schemaTable: "alembic_version" } }, "schema")), {
    schema: "absent",
  });
  const head = { schemaTable: "alembic_version", schemaHead: "4465047574b1" };
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    "create table alembic_version (version_num text); insert into alembic_version values ('4465047574b1')",
  );
  assert.deepEqual(said(await look({ ...postgres, settings: head }, "schema")), { schema: "healthy" });
  await client.query("update alembic_version set version_num = '5b0e9adcef9c'");
  assert.deepEqual(said(await look({ ...postgres, settings: head }, "schema")), { schema: "unhealthy" });
  const name = new URL(url).pathname.slice(1);
  await client.query(`alter database "${name}" set default_transaction_read_only = on`);
  assert.equal(said(await look(postgres, "server"))["writes"], "unhealthy", "as a managed service does on a full disk");
  await client.query(`alter database "${name}" reset default_transaction_read_only`);
  assert.deepEqual(said(await look(postgres, "room")), { room: "healthy" });
  await client.query(`alter database "${name}" set temp_file_limit = 16`);
  const [none] = await look(postgres, "room");
  assert.match(none?.kind === "unknown" ? none.why : "", /temp_file_limit/, "it was really put into a file");
  await client.query(`alter database "${name}" reset temp_file_limit`);
  await client.query("create role nobody_special login; revoke all on alembic_version from public");
  secrets.set("DATABASE", Object.assign(new URL(url), { username: "nobody_special", password: secret }).href);
  const refused = await look({ ...postgres, settings: head }, "schema");
  assert.deepEqual(said(refused), { schema: "unknown" });
  assert.match(
    refused[0]?.kind === "unknown" ? refused[0].howToLearn : "",
    /nobody_special: select on table alembic_version/,
  );
  assert.equal(said(await look(postgres, "server"))["connections"], "unknown", "it sees its own sessions alone");
  await client.end();

  const sql = openSql({ url, timeoutMs: 5000 });
  await assert.rejects(sql.read("create table planted (x int)"), /read-only transaction/);
  await assert.rejects(sql.read("commit; create table planted (x int)"), /multiple commands/);
  await assert.rejects(
    openSql({ url, timeoutMs: 5000, maxRows: 10 }).read("select * from generate_series(1, 100)"),
    /more than 10 rows/,
  );
  await assert.rejects(
    openSql({ url, timeoutMs: 300 }).read("select pg_sleep(10)"),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "retry",
  );
});

test("the statements about GitLab's migrations and about replicas run on a real server", async () => {
  const url = await testDatabase();
  secrets.set("GITLAB", url);
  const gitlab = { system: "gitlab", settings: { url: "http://127.0.0.1:1" }, credentials: { database: "env:GITLAB" } };
  assert.deepEqual(said(await look(gitlab, "background-migrations")), { "background-migrations": "unknown" });
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    "create table batched_background_migrations (status smallint); insert into batched_background_migrations values (3), (6), (1)",
  );
  assert.deepEqual(said(await look(gitlab, "background-migrations")), { "background-migrations": "healthy" });
  await client.query("insert into batched_background_migrations values (4)");
  assert.deepEqual(said(await look(gitlab, "background-migrations")), { "background-migrations": "unhealthy" });
  await client.end();
});

test("a database that hangs, one that is gone and one that talks nonsense are unknown, and worth another try", async () => {
  const hanging = await running(startRaw(() => undefined));
  const nonsense = await running(startRaw((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
  for (const port of [hanging.port, nonsense.port, 1]) {
    secrets.set("DATABASE", `postgresql://bob:${secret}@127.0.0.1:${port}/app`);
    const [seen] = await look({ system: "postgresql", credentials: { database: "env:DATABASE" } }, "server", 0.4);
    assert.equal(seen?.kind, "unknown", String(port));
    assert.match(seen?.kind === "unknown" ? seen.howToLearn : "", /asked again/);
  }
});

test("Redis is asked for INFO, with and without a login", {
  skip: redisProgram === undefined && "not run: redis-server",
}, async () => {
  const server = await running(
    startRedis(redisProgram ?? "", [`requirepass ${secret}`, "maxmemory 50mb", "appendonly yes"]),
  );
  const redis = { system: "redis", credentials: { redis: "env:REDIS" } };
  secrets.set("REDIS", `redis://:${secret}@127.0.0.1:${server.port}`);
  assert.deepEqual(said(await look(redis, "server")), {
    server: "healthy",
    memory: "healthy",
    persistence: "healthy",
    replication: "absent",
  });
  assert.deepEqual(
    said(await look({ ...redis, settings: { maxMemoryRatio: 0.001 } }, "server"))["memory"],
    "unhealthy",
  );

  for (const login of ["", ":wrong@", `nobody:${secret}@`]) {
    secrets.set("REDIS", `redis://${login}127.0.0.1:${server.port}`);
    const [refused] = await look(redis, "server");
    assert.equal(refused?.kind, "unknown", login);
    assert.match(refused?.kind === "unknown" ? refused.howToLearn : "", /may run INFO/);
  }

  const replica = await running(startRedis(redisProgram ?? "", ["replicaof 127.0.0.1 1", "appendonly no"]));
  secrets.set("REDIS", `redis://127.0.0.1:${replica.port}`);
  assert.equal(said(await look(redis, "server"))["replication"], "unhealthy");
});

test("what is no Redis, hangs, stops in the middle or floods is not taken for one", async () => {
  const answers: readonly ((socket: Socket) => void)[] = [
    () => undefined,
    (socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\nhello"),
    (socket) => void socket.write("$1000\r\nredis_version:7"),
    (socket) => void socket.end("$1000\r\nredis_version:7"),
    (socket) => void socket.write(`$99000000\r\n${"x".repeat(3_000_000)}`),
  ];
  for (const answer of answers) {
    const server = await running(startRaw(answer));
    secrets.set("REDIS", `redis://127.0.0.1:${server.port}`);
    const [seen] = await look({ system: "redis", credentials: { redis: "env:REDIS" } }, "server", 0.4);
    assert.equal(seen?.kind, "unknown");
  }
});

if (redisProgram === undefined) process.stdout.write("not run: redis-server\n");
