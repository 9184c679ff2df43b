import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "pg";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { emptyDatabase } from "../../../store/test-support.ts";
import { testPods } from "../pod.test-support.ts";
import { findPod } from "../pod.ts";
import { proved, taken } from "../taking.test-support.ts";
import { postgresql } from "./index.ts";
import { connectInPod, type PodDatabase, podDatabase } from "./pod-session.ts";

const url = new URL(await emptyDatabase());
const canary = decodeURIComponent(url.password) || "canary-5d0e";
const database = url.pathname.slice(1);
const user = decodeURIComponent(url.username);
const admin = new Client({ connectionString: url.href });
await admin.connect();
await admin.query(`create table experiments (id bigserial primary key, name text);
  insert into experiments (name) select 'experiment ' || g from generate_series(1, 20000) g;
  create table alembic_version (version_num varchar(32)); insert into alembic_version values ('acf3f17fdcc7')`);
await admin.end();

const env = {
  PGHOST: url.hostname || (url.searchParams.get("host") ?? ""),
  PGPORT: url.port,
  POSTGRES_PASSWORD: canary,
};
const pods = await testPods();
const labels = { app: "postgresql" };
const service = (name: string, selector: object) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { selector },
});
const main = (more: object) => ({ containers: [{ name: "main", image: "registry.example.org/main:1", ...more }] });
pods.lab.seed([service("mlflow-postgres", labels)]);
pods.add("mlflow-postgres-0", { env, labels });
pods.add("mlflow-0", {
  labels: { app: "mlflow" },
  programs: { cat: ["sh", "-c", "exec env -0", "cat"] },
  spec: main({
    env: [{ name: "MLFLOW_BACKEND_STORE_URI", value: `postgresql://u:p@mlflow-postgres:5432/${database}` }],
  }),
});

const selector = { namespace: "default", labels: "app=postgresql" };
const config = { component: "mlflow", store: "database", kind: "postgresql", pod: selector, database, user } as const;
const loan = { cluster: pods.cluster };
const where = async (): Promise<PodDatabase> =>
  podDatabase({ pod: await findPod(selector, pods.cluster), database, user }, new AbortController().signal);
const session = async () => connectInPod(await where(), new AbortController().signal);

test("rows come as PostgreSQL's own driver gives them, and a refused statement by its SQLSTATE", async () => {
  const db = await session();

  assert.deepEqual(
    await db.query(
      `select 1 as one, 9007199254740993::bigint as large, true as yes, null as none, E'a\\nb "c"' as "te'xt", '[1]'::json as list`,
    ),
    [{ one: 1, large: "9007199254740993", yes: true, none: null, "te'xt": 'a\nb "c"', list: [1] }],
  );
  assert.deepEqual(await db.query("set lock_timeout = '60s'"), []);
  assert.deepEqual(await db.query("select 1 where false"), []);
  await assert.rejects(db.query("select * from nowhere"), /relation "nowhere" does not exist \(42P01\)/);
  await assert.rejects(
    db.query("do $$ begin raise exception E'two\\nlines' using errcode = '40001'; end $$"),
    (thrown) =>
      thrown instanceof SystemError && thrown.remedy === "retry" && /two lines \(40001\)/.test(thrown.message),
  );
  const both = await Promise.all([db.query("select 1 as a"), db.query("select 2 as a")]);
  assert.deepEqual(both, [[{ a: 1 }], [{ a: 2 }]]);
  await db.close();
  await assert.rejects(db.query("select 1"), SystemError);
});

test("a statement under way ends in the server when its session is closed", { timeout: 120_000 }, async () => {
  const db = await session();
  const [row] = await db.query("select pg_catalog.pg_backend_pid() as pid");
  const asked = assert.rejects(db.query("select pg_catalog.pg_sleep(600)"), SystemError);
  await new Promise((done) => setTimeout(done, 200));

  await db.close();

  await asked;
  const other = await session();
  const left = `select 1 from pg_catalog.pg_stat_activity where pid = ${String(row?.["pid"])}`;
  while ((await other.query(left)).length > 0) await new Promise((done) => setTimeout(done, 20));
  await other.close();
});

test("a database in its pod is dumped and counted in one snapshot, and proven", async () => {
  const backup = await taken(postgresql, config, loan);

  const { body, versions } = backup.sealed;
  assert.deepEqual(
    body.content.tables.map(({ table, rows }) => [table, rows]),
    [
      ["public.alembic_version", 1],
      ["public.experiments", 20_000],
    ],
  );
  assert.deepEqual(body.usedBy, ["mlflow-0, MLFLOW_BACKEND_STORE_URI"]);
  assert.match(versions["pgDump"] ?? "", /^\d+/);
  const proof = await proved(postgresql, backup);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.ok(pods.commands.length > 0 && !JSON.stringify(pods.commands).includes(canary));
});

test("a server that asks for a password gets the container's own", async () => {
  const asking = '[ -n "$PGPASSWORD" ] || { echo "fe_sendauth: no password supplied" >&2; exit 2; }; exec psql "$@"';
  const programs = { psql: ["sh", "-c", asking, "psql"] };
  pods.add("asking-0", { env, labels: { ...labels, is: "asking" }, programs });
  const before = pods.commands.length;

  const backup = await taken(postgresql, { ...config, pod: { ...selector, labels: "is=asking" } }, loan);

  assert.equal(backup.sealed.body.content.tables.length, 2);
  const shells = pods.commands.slice(before).filter(([program]) => program === "sh");
  assert.ok(shells.length >= 3 && !JSON.stringify(shells).includes(canary));
});

test("a connection that is cut, a dump that fails, is killed or is too old: no backup", async () => {
  pods.cutAfter(400_000);
  await assert.rejects(
    taken(postgresql, config, loan),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "retry",
  );
  pods.cutAfter(undefined);
  await assert.rejects(
    taken(postgresql, { ...config, database: "nowhere" }, loan),
    /does not use the database nowhere/,
  );
  const instead = (name: string, dump: string, version = 'exec pg_dump "$@"') => {
    const script = `case "$*" in *--version*) ${version};; *) ${dump};; esac`;
    const programs = { pg_dump: ["sh", "-c", script, "pg_dump"] };
    pods.add(name, { env, labels: { ...labels, is: name }, programs });
    return { ...config, pod: { namespace: "default", labels: `is=${name}` } };
  };

  await assert.rejects(taken(postgresql, instead("failing-0", "echo disk full >&2; exit 3"), loan), /\(3\): disk full/);
  await assert.rejects(taken(postgresql, instead("killed-0", "kill -9 $$"), loan), /\(137\)/);
  await assert.rejects(
    taken(postgresql, instead("old-0", "exit 1", "echo 'pg_dump (PostgreSQL) 9.6.1'"), loan),
    (thrown) => thrown instanceof InputError && /is 9\.6\.1, which refuses a newer server/.test(thrown.message),
  );
});

test("a database that nobody uses is no backup of the store, and the one in use is named", async () => {
  const alone = await testPods();
  alone.add("mlflow-postgres-0", { env, labels });
  alone.lab.seed([service("mlflow-postgres", labels), service("postgresql", labels)]);

  await assert.rejects(
    taken(postgresql, config, { cluster: alone.cluster }),
    /no workload of default uses the database/,
  );
  alone.add("mlflow-0", {
    labels: { app: "mlflow" },
    env: { BACKEND_STORE_URI: "sqlite:///data/mlflow.db", MLFLOW_POSTGRES_PORT: "tcp://mlflow-postgres:5432" },
    programs: { cat: ["sh", "-c", "exec env -0", "cat"] },
  });
  await assert.rejects(
    taken(postgresql, config, { cluster: alone.cluster }),
    (thrown) =>
      thrown instanceof InputError &&
      /mlflow does not use the database .*; it uses sqlite:\/\/\/data\/mlflow\.db \(mlflow-0, BACKEND_STORE_URI\)/.test(
        thrown.message,
      ),
  );
});

test("an address that a workload takes from a Secret counts", async () => {
  const sealed = await testPods();
  sealed.add("mlflow-postgres-0", { env, labels });
  const uri = Buffer.from(`postgresql+psycopg2://u:p@mlflow-postgres.default.svc:5432/${database}`).toString("base64");
  sealed.lab.seed([
    service("mlflow-postgres", labels),
    { apiVersion: "v1", kind: "Secret", metadata: { namespace: "default", name: "backend" }, data: { uri } },
  ]);
  const valueFrom = { secretKeyRef: { name: "backend", key: "uri" } };
  sealed.add("mlflow-0", { labels: { app: "mlflow" }, spec: main({ env: [{ name: "STORE", valueFrom }] }) });

  const backup = await taken(postgresql, config, { cluster: sealed.cluster });

  assert.deepEqual(backup.sealed.body.usedBy, ["mlflow-0, Secret backend"]);
});

test("who uses a database is not guessed where a workload cannot be looked into", async () => {
  const closed = await testPods();
  closed.add("mlflow-postgres-0", { env, labels });
  closed.lab.seed([service("mlflow-postgres", labels)]);
  closed.add("mlflow-0", { labels: { app: "mlflow" }, programs: { cat: ["sh", "-c", "exit 127"] } });

  const backup = await taken(postgresql, config, { cluster: closed.cluster });

  assert.deepEqual(backup.sealed.body.usedBy, []);
  assert.match(backup.sealed.body.notes?.join() ?? "", /who uses the database is not known: mlflow-0, environment/);
});
