// oxlint-disable no-restricted-imports -- tests start the lab's API server and servers of their own
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { WorkloadPart } from "../../backups/fence/workload.ts";
import { TestRedis } from "../../backups/kinds/redis/redis.test-support.ts";
import { application } from "../../backups/kinds/volume/volume.test-support.ts";
import { folder } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { shippedRole } from "../../backups/rights.test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

/* By the accounts as they are shipped: the fence by the changer's, backups by the runner's, restores by the restorer's. */

const namespace = "mlflow";
const data = folder();
const path = join(data, "runs.db");
const model = join(data, "artifacts", "model.bin");
const app = await application("mlflow", data);
const { lab } = app.pods;
for (const role of ["backup-runner", "changer", "restorer"]) lab.seed([...shippedRole(`${role}.yaml`, namespace)]);

function sql(statement: string): void {
  const db = new DatabaseSync(path);
  db.exec(statement);
  db.close();
}
function runs(): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  const { n } = db.prepare("select count(*) as n from runs").get() ?? {};
  db.close();
  return n;
}
sql("create table runs (id integer primary key); insert into runs values (1), (2), (3)");
mkdirSync(join(data, "artifacts"));
writeFileSync(model, "weights");

const password = "canary-b7d0";
const redis = await TestRedis.start(password);
const { port } = redis;
const ask = redis.ask.bind(redis);
const env = { PATH: process.env["PATH"] ?? "", REDISCLI_AUTH: password };
/** While a file lies there, somebody else writes as soon as all was poured in. */
const intruder = join(folder(), "intruder");
const withIntruder = `case "$*" in
*--pipe*) redis-cli -p ${port} "$@"; if [ -e ${intruder} ]; then redis-cli -p ${port} set intruder x >/dev/null; fi;;
*) exec redis-cli -p ${port} "$@";;
esac`;
app.pods.add("redis-0", { namespace, env, programs: { "redis-cli": ["sh", "-c", withIntruder, "redis-cli"] } });

const { dir, secret, production } = site();
function kubeconfigOf(account: string): string {
  const file = lab.kubeconfig(`millwright/millwright-${account}`);
  chmodSync(file, 0o600);
  return `file:${file}`;
}
const inPod = (kind: string): string => `kind: ${kind}, pod: { namespace: ${namespace}, labels: app=`;
writeFileSync(
  join(dir, "platform.yaml"),
  production({
    head: `mode: act
clusters:
  - environment: production
    kubeconfig: file:/nowhere
    backup: "${kubeconfigOf("backup-runner")}"
    write: "${kubeconfigOf("changer")}"
    restore: "${kubeconfigOf("restorer")}"
`,
    key: "canary-key",
    stores: [
      `{ component: mlflow, store: runs, ${inPod("sqlite")}mlflow }, path: ${path} }`,
      `{ component: mlflow, store: artifacts, ${inPod("files")}mlflow }, paths: ["${join(data, "artifacts")}"] }`,
      `{ component: gitlab, store: queues, ${inPod("redis")}redis-0 }, password: "${secret("password", password)}" }`,
    ],
    more: [`fence: { scaleDown: [{ namespace: ${namespace}, name: mlflow }] }`],
  }),
);
const config = ["--config", "platform.yaml"];

/** What somebody does once writers stand still. */
let meddle: (() => Promise<void>) | undefined;

async function run(...command: readonly string[]): Promise<Said> {
  const said = await millwright(dir, ["backup", ...command], {
    pause: async (millis) => {
      const once = millis === 30_000 ? meddle : undefined;
      if (once !== undefined) meddle = undefined;
      await once?.();
      await new Promise((resolve) => void setTimeout(resolve, millis).unref());
    },
  });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary/);
  return said;
}

interface Restored {
  readonly id: string;
  readonly state: string;
  readonly notGivenBack: readonly string[];
  readonly stores: readonly {
    readonly store: string;
    readonly safety?: string;
    readonly besides?: readonly string[];
  }[];
  readonly notDown: readonly string[];
}

/** The application is up, by one pod that is its own, and nothing of ours is left. */
async function assertUp(): Promise<void> {
  await app.scale(1);
  assert.deepEqual(
    (await app.names()).filter((name) => !name.startsWith("mlflow-")),
    ["redis-0"],
  );
}

ask("set", "job", "1");
await run("init", ...config);
quickenKey(join(dir, "repository"), "canary-key");

test("a fenced run backs up what lies in the pods that it ends, proves it, and gives the application back", async () => {
  const said = await run("run", "--prove", "-o", "json", ...config);

  assert.equal(said.code, 0, said.out + said.err);
  assert.match(said.err, /mlflow\/millwright-backup-[0-9a-f]{12}/);
  const { point } = JSON.parse(said.out) as { point: { id: string; fence: { kind: string }; backups: unknown[] } };
  assert.deepEqual([point.fence.kind, point.backups.length], ["fenced", 3]);
  await assertUp();
});

async function newest(store: string): Promise<string> {
  const listed = JSON.parse((await run("list", "-o", "json", ...config)).out) as {
    backups: readonly { id: string; store: string; class?: string }[];
  };
  const found = listed.backups.find((one) => one.store === store && one.class !== "before-restore");
  return found?.id ?? assert.fail(`no backup of ${store}`);
}

test("SQLite and files come back in place while the fence holds their application down, and are taken back", async () => {
  sql("delete from runs where id > 1");
  writeFileSync(model, "spoiled");
  for (const store of ["mlflow/runs", "mlflow/artifacts"]) {
    const said = await run("restore", await newest(store), "--in-place", "--yes", "-o", "json", ...config);

    assert.equal(said.code, 0, said.out + said.err);
    const told = JSON.parse(said.out) as Restored;
    assert.deepEqual([told.state, told.notGivenBack], ["restored", []]);
    assert.match(told.stores[0]?.safety ?? "", /^mlflow-/);
    assert.match(said.err, /writers stand still: deployment mlflow\/mlflow/);
    await assertUp();
    assert.deepEqual(
      store === "mlflow/runs" ? runs() : readFileSync(model, "utf8"),
      store === "mlflow/runs" ? 3 : "weights",
    );

    const undone = await run("restore", "--undo", told.id, "--yes", ...config);
    assert.equal(undone.code, 0, undone.out + undone.err);
    await assertUp();
  }
  assert.deepEqual([runs(), readFileSync(model, "utf8")], [1, "spoiled"]);
});

test("a Redis that somebody wrote to meanwhile is a failure, whose message has the command that brings it back", async () => {
  ask("set", "job", "2");
  ask("set", "later", "x");
  writeFileSync(intruder, "");
  const said = await run("restore", await newest("gitlab/queues"), "--in-place", "--yes", ...config);
  execFileSync("rm", [intruder]);

  assert.equal(said.code, 2, said.out + said.err);
  assert.match(said.out, /has 2 keys.* in database 0, and the backup 1 .*is anybody writing to it\?/);
  assert.deepEqual([ask("get", "job"), ask("exists", "later")], ["1", "0"]);
  const commands = [...said.out.matchAll(/(?<=before: |^ {4})millwright (backup restore --undo .*)$/gm)].map(
    ([, one]) => one,
  );
  assert.deepEqual([commands.length, new Set(commands).size], [2, 1], said.out);

  const command = (commands[0] ?? "").split(" ").slice(1);
  const planned = await run(...command);
  assert.equal(planned.code, 0, planned.out + planned.err);
  assert.match(
    planned.out,
    /brought back from gitlab-queues-.*\n.*since, where that is replaced: it is backed up before/,
  );
  assert.deepEqual([ask("get", "job"), ask("exists", "later")], ["1", "0"]);
  const undone = await run(...command, "--yes", "-o", "json");

  assert.equal(undone.code, 0, undone.out + undone.err);
  const [store] = (JSON.parse(undone.out) as Restored).stores;
  assert.match(store?.besides?.[0] ?? "", /^gitlab-queues-/);
  assert.notEqual(store?.besides?.[0], store?.safety);
  assert.deepEqual([ask("get", "job"), ask("get", "later"), ask("exists", "intruder")], ["2", "x", "0"]);
  assert.ok(!existsSync(intruder));
});

test("an application that somebody scales up meanwhile makes the restore a failure that says so, and taking it back too", async () => {
  const upAndDown = async (): Promise<void> => {
    const name = { apiVersion: "apps/v1", plural: "deployments", namespace, name: "mlflow" };
    for (const replicas of [1, 0]) await app.cluster.scale(name, replicas, { fieldManager: "argocd" });
  };
  meddle = upAndDown;
  const said = await run("restore", await newest("gitlab/queues"), "--in-place", "--yes", "-o", "json", ...config);
  assert.equal(said.code, 1, said.out + said.err);
  const told = JSON.parse(said.out) as Restored;
  assert.equal(told.state, "restored");
  assert.match(told.notDown.join(), /not down all the time: .*deployment mlflow\/mlflow.*look at what came back/);
  await assertUp();

  meddle = upAndDown;
  const undone = await run("restore", "--undo", told.id, "--yes", ...config);
  assert.equal(undone.code, 1, undone.out + undone.err);
  assert.match(undone.out, /: undone[\s\S]*! applications were not down all the time/);
  await assertUp();
});

test("a restore that is asked for again gives back what its attempt before could not", async () => {
  const restore = ["restore", await newest("gitlab/queues"), "--in-place", "--yes", "--mark", "run-9/restore"];
  const first = await run(...restore, ...config);
  assert.equal(first.code, 0, first.out + first.err);
  const part = new WorkloadPart({ namespace, name: "mlflow", kind: "deployment" }, app.cluster);
  await part.hold("restore-run-9-restore", instantOf(Date.now()));

  const again = await run(...restore, "-o", "json", ...config);
  assert.equal(again.code, 0, again.out + again.err);
  assert.deepEqual((JSON.parse(again.out) as Restored).notGivenBack, []);
  assert.equal(await part.mark(), undefined);
  await assertUp();
});

test("without a backup before, nothing is offered that is not there", async () => {
  writeFileSync(intruder, "");
  const more = ["--in-place", "--yes", "--no-safety-backup", ...config];
  const said = await run("restore", await newest("gitlab/queues"), ...more);
  assert.equal(said.code, 2, said.out + said.err);
  assert.match(said.out, /restore again$/m);
  assert.doesNotMatch(said.out, /--undo/);
});
