// oxlint-disable no-restricted-imports -- tests start the lab's API server and write to databases of their own
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "pg";
import { openKubeWriter } from "../../../edge/kube.ts";
import { InputError } from "../../../kernel/errors.ts";
import { instantOf } from "../../../kernel/instant.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import { emptyDatabase } from "../../../store/test-support.ts";
import { behindFence, type FenceOptions } from "../../fence/fence.ts";
import { WorkloadPart } from "../../fence/workload.ts";
import { TestRepository } from "../../own.test-support.ts";
import { grantedBy, shippedRole, watchRights } from "../../rights.test-support.ts";
import { type TestPods, testPods } from "../pod.test-support.ts";
import { findPod } from "../pod.ts";
import { type TestTaken, taken } from "../taking.test-support.ts";
import { PostgresqlBody } from "./body.ts";
import { usersByAddress } from "./effective-address.ts";
import { postgresql } from "./index.ts";

/* Who uses a database, while its application stands still behind the fence: by the account and the fence as they are shipped. */

const url = new URL(await emptyDatabase());
const database = url.pathname.slice(1);
const user = decodeURIComponent(url.username);
const admin = new Client({ connectionString: url.href });
await admin.connect();
await admin.query("create table runs (id int primary key); insert into runs values (1), (2)");
await admin.end();

const namespace = "mlflow";
const labels = { app: "postgresql" };
const server = {
  PGHOST: url.hostname || (url.searchParams.get("host") ?? ""),
  PGPORT: url.port,
  POSTGRES_PASSWORD: decodeURIComponent(url.password),
};
const environ = { cat: ["sh", "-c", "exec env -0", "cat"] };
const address = `postgresql://u:p@mlflow-postgres:5432/${database}`;
const config = {
  component: "mlflow",
  store: "database",
  kind: "postgresql",
  pod: { namespace, labels: "app=postgresql" },
  database,
  user,
} as const;

interface Site {
  readonly pods: TestPods;
  readonly role: ReturnType<typeof shippedRole>;
  /** The backup behind the real fence, which holds MLflow down. */
  readonly fenced: () => Promise<TestTaken<PostgresqlBody>>;
  readonly runner: KubeWriter;
  readonly fence: FenceOptions;
}

/** A server, a pod beside it that can be read and uses no database, and MLflow, configured by `env`. */
async function site(env: readonly object[], kind: "deployment" | "statefulset" = "deployment"): Promise<Site> {
  const pods = await testPods({ stepMs: 5 });
  const role = shippedRole("backup-runner.yaml", namespace);
  pods.lab.seed([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "mlflow-postgres", namespace },
      spec: { selector: labels },
    },
    ...role,
  ]);
  pods.add("mlflow-postgres-0", { namespace, env: server, labels });
  pods.add("sharinghub-0", { namespace, env: { SECRET: "x" }, programs: environ });
  const template = {
    metadata: { labels: { app: "mlflow" } },
    spec: { containers: [{ name: "main", image: "registry.example.org/mlflow:1", env }] },
  };
  const named = kind === "deployment" ? ["deployments", "Deployment"] : ["statefulsets", "StatefulSet"];
  const made = await pods.cluster.create(
    { apiVersion: "apps/v1", plural: named[0] ?? "" },
    {
      apiVersion: "apps/v1",
      kind: named[1] ?? "",
      metadata: { name: "mlflow", namespace },
      spec: { replicas: 1, selector: { matchLabels: { app: "mlflow" } }, template },
    },
    { fieldManager: "tests" },
  );
  assert.equal(made.kind, "written");
  const kubeconfig = pods.lab.kubeconfig("millwright/millwright-backup-runner");
  const runner = openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
  const fence: FenceOptions = {
    parts: [new WorkloadPart({ namespace, name: "mlflow", kind }, pods.cluster)],
    by: "run 1",
    waitSeconds: 60,
    clock: { now: () => instantOf(Date.now()) },
    pause: (millis) => new Promise((resolve) => void setTimeout(resolve, Math.min(millis, 50)).unref()),
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  return {
    pods,
    role,
    runner,
    fence,
    fenced: async () => {
      const down = fence.parts.map(({ name }) => name);
      const { done, fenced } = await behindFence(fence, () => taken(postgresql, config, { cluster: runner, down }));
      assert.equal(fenced.kind, "fenced");
      return done;
    },
  };
}

test("an application that the fence holds down uses its database, by what its pods would have; its account reads that", async () => {
  for (const kind of ["deployment", "statefulset"] as const) {
    const { pods, role, fenced } = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: address }], kind);
    const { used, held } = watchRights(pods.lab, "millwright-backup-runner");

    const backup = await held(fenced);

    assert.deepEqual(backup.sealed.body.usedBy, ["mlflow, MLFLOW_BACKEND_STORE_URI"]);
    assert.deepEqual(backup.sealed.body.notes, []);
    assert.ok(used.has(`list ${kind}s`));
    const granted = grantedBy(role);
    assert.deepEqual(
      [...used].filter((right) => !granted.includes(right)),
      [],
    );
  }
});

test("a database that nobody uses, not even what the fence holds down, is no backup of the store", async () => {
  const nobody = await site([]);
  await assert.rejects(
    nobody.fenced(),
    (thrown) => thrown instanceof InputError && /mlflow does not use the database/.test(thrown.message),
  );

  const elsewhere = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: "sqlite:///data/mlflow.db" }]);
  await assert.rejects(
    elsewhere.fenced(),
    /mlflow does not use .*it uses sqlite:\/\/\/data\/mlflow\.db \(mlflow, MLFLOW_BACKEND_STORE_URI\)/,
  );
});

test("what is held down and takes its address from a Secret that the account may not read is not known, and not refused", async () => {
  const valueFrom = { secretKeyRef: { name: "backend", key: "uri" } };
  const { fenced } = await site([{ name: "MLFLOW_BACKEND_STORE_URI", valueFrom }]);

  const { body } = (await fenced()).sealed;

  assert.deepEqual(body.usedBy, []);
  assert.match(body.notes?.join() ?? "", /who uses the database is not known: mlflow, Secret backend/);
});

/** What a recovery point finds whose application says this of itself before the fence ends it, by a Secret that the account may not read. */
async function pointOf(said: string) {
  const valueFrom = { secretKeyRef: { name: "backend", key: "uri" } };
  const { pods, runner, fence } = await site([{ name: "MLFLOW_BACKEND_STORE_URI", valueFrom }], "statefulset");
  for (let tries = 0; tries < 1200 && (await readyOf(runner)) === undefined; tries += 1)
    await new Promise((resolve) => void setTimeout(resolve, 50));
  const mlflow = { env: { MLFLOW_BACKEND_STORE_URI: said }, programs: environ };
  // The StatefulSet's own: what its programs find is all that is added.
  assert.throws(() => pods.add("mlflow-0", { namespace, ...mlflow }), /already exists/);
  const made = await TestRepository.make();
  const down = fence.parts.map(({ name }) => name);
  const { outcomes } = await made.takePoint([config], {
    cluster: async () => runner,
    down,
    behindFence: (work) => behindFence(fence, work),
  });
  return outcomes[0] ?? assert.fail("nothing was taken");
}

async function readyOf(cluster: KubeWriter): Promise<string | undefined> {
  const found = findPod({ namespace, labels: "app=mlflow" }, cluster);
  return found.then(
    ({ label }) => label,
    () => undefined,
  );
}

test("an application is asked what it uses before the fence ends it", async () => {
  const used = await pointOf(address);
  assert.ok(used.kind === "backed-up", JSON.stringify(used));
  assert.deepEqual(PostgresqlBody.parse(used.sealed.manifest.body).usedBy, ["mlflow-0, MLFLOW_BACKEND_STORE_URI"]);

  const elsewhere = await pointOf("sqlite:///data/mlflow.db");
  assert.ok(elsewhere.kind === "failed");
  assert.match(elsewhere.why, /it uses sqlite:\/\/\/data\/mlflow\.db \(mlflow-0, MLFLOW_BACKEND_STORE_URI\)/);
});

const reached = `postgresql://u:canary-9e1c@mlflow-postgres.${namespace}.svc.cluster.local:5432/${database}`;

/** What is known of the users of a database at an address, by the runner's account. */
async function usersAt(at: string, { pods }: Site) {
  const kubeconfig = pods.lab.kubeconfig("millwright/millwright-backup-runner");
  const cluster = async () => openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
  return usersByAddress(at, "mlflow", { cluster, signal: new AbortController().signal });
}

test("a database that is reached by an address is refused too where its application is seen to use SQLite", async () => {
  const { pods } = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: "sqlite:///data/mlflow.db" }]);
  const { component, store, kind } = config;
  const byAddress = { component, store, kind, url: { kind: "env", name: "DATABASE_URL" } } as const;

  await assert.rejects(
    taken(postgresql, byAddress, { cluster: pods.cluster, secrets: { "env:DATABASE_URL": reached } }),
    (thrown) =>
      thrown instanceof InputError &&
      /mlflow does not use the database .*; it uses sqlite:/.test(thrown.message) &&
      !thrown.message.includes("canary"),
  );
});

test("who uses a database at an address is asked of the cluster that has it, and of no other", async () => {
  const used = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: address }]);
  const short = reached.replace(".svc.cluster.local", "");
  for (const at of [reached, short, reached.replace("@", "@mlflow-postgres-0.")])
    assert.equal((await usersAt(at, used))?.kind, "used", at);
  for (const host of ["127.0.0.1", "localhost", "db.example.org", "mlflow-postgres.elsewhere", "postgres"])
    assert.equal(await usersAt(`postgresql://u:p@${host}:5432/${database}`, used), undefined, host);
  assert.equal(await usersAt(`host=mlflow-postgres.${namespace} dbname=x`, used), undefined);

  const hidden = await usersAt(reached.replace(`.${namespace}.`, ".gitlab."), used);
  assert.ok(hidden?.kind === "not-known" && /services/.test(hidden.why));
  const signal = new AbortController().signal;
  const none = async () => Promise.reject(new InputError("no cluster is declared"));
  assert.equal(await usersByAddress(reached, "mlflow", { cluster: none, signal }), undefined);
});

test("a database whose name an address writes with escapes is the one that the application names by them", async () => {
  const escaped = (at: string, name: string): string => at.replace(`/${database}`, `/${name}`);
  const used = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: escaped(address, "m%6C%20flow%") }]);
  const other = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: escaped(address, "ml%20flow") }]);

  const at = async (name: string, of: Site): Promise<string | undefined> =>
    (await usersAt(escaped(reached, name), of))?.kind;
  assert.equal(await at("ml%20flow", other), "used");
  assert.equal(await at("m%6C%20flow", other), "used");
  assert.equal(await at("m%6C%20flow%", used), "used");
  assert.notEqual(await at("mlflow", other), "used");
});

test("what is about to be replaced is kept whoever uses it", async () => {
  const { pods } = await site([]);

  const backup = await taken(postgresql, config, { cluster: pods.cluster, class: "before-restore" });

  assert.deepEqual(
    backup.sealed.body.content.tables.map(({ rows }) => rows),
    [2],
  );
});

test("an application whose pods are not ready uses what they are told to", async () => {
  const { pods } = await site([{ name: "MLFLOW_BACKEND_STORE_URI", value: address }]);
  await pods.cluster.scale({ apiVersion: "apps/v1", plural: "deployments", namespace, name: "mlflow" }, 0, {
    fieldManager: "tests",
  });
  const spec = { containers: [{ name: "main", image: "x", env: [{ name: "URI", value: address }] }] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "mlflow-x", namespace }, spec };
  const starting = { phase: "Running", conditions: [{ type: "Ready", status: "False" }] };
  pods.lab.seed([{ ...pod, status: starting }]);

  const backup = await taken(postgresql, config, { cluster: pods.cluster });

  assert.deepEqual(backup.sealed.body.usedBy, ["mlflow-x, URI"]);
  await pods.cluster.delete({ apiVersion: "v1", plural: "pods", namespace, name: "mlflow-x" });
  pods.lab.seed([{ ...pod, status: { phase: "Succeeded" } }]);
  await assert.rejects(taken(postgresql, config, { cluster: pods.cluster }), /no workload of mlflow uses/);
});
