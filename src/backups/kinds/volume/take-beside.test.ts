// oxlint-disable no-restricted-imports -- tests write to databases and folders of their own
import assert from "node:assert/strict";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { instantOf } from "../../../kernel/instant.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import type { FilesStore, SqliteStore } from "../../../platform/backup-stores.ts";
import { behindFence } from "../../fence/fence.ts";
import { WorkloadPart } from "../../fence/workload.ts";
import { folder } from "../../others/prove.test-support.ts";
import { files } from "../files/index.ts";
import { isReady } from "../pod.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { sqlite } from "../sqlite/index.ts";
import { proved, taken } from "../taking.test-support.ts";
import { standIn } from "./stand-in.ts";
import { application } from "./volume.test-support.ts";
import { volumesOf } from "./workload.ts";

const data = folder();
const mark = join(folder(), "quiesced");
const path = join(data, "runs.db");
mkdirSync(join(data, "artifacts"));
writeFileSync(join(data, "artifacts", "model.bin"), Buffer.alloc(100_000, 3));
const app = await application("mlflow", data);
const { cluster } = app;
const database: SqliteStore = { component: "mlflow", store: "runs", kind: "sqlite", pod: app.pod, path };
const artifacts: FilesStore = {
  component: "mlflow",
  store: "artifacts",
  kind: "files",
  pod: app.pod,
  paths: [join(data, "artifacts")],
  quiesce: { before: ["touch", mark], after: ["true"] },
};

/** An application that is killed leaves what it wrote last in its log. */
const open = new DatabaseSync(path);
open.exec("pragma journal_mode = wal; create table runs (id integer primary key)");
open.exec("pragma wal_autocheckpoint = 0; insert into runs values (1), (2), (3)");
assert.ok(statSync(`${path}-wal`).size > 0);

const held = <T>(work: () => Promise<T>) =>
  behindFence(
    {
      parts: [new WorkloadPart({ namespace: "mlflow", name: "mlflow", kind: "deployment" }, cluster)],
      by: "backup run test",
      waitSeconds: 20,
      clock: { now: () => instantOf(Date.now()) },
      pause: (millis) => new Promise((done) => void setTimeout(done, millis).unref()),
      progress: () => undefined,
      signal: new AbortController().signal,
    },
    work,
  );
const made = (): number =>
  app.pods.lab.mutations().filter(({ method, path: at }) => method === "POST" && at.endsWith("/pods")).length;
const standIns = async (): Promise<readonly string[]> =>
  (await app.names()).filter((name) => name.startsWith("millwright-"));
const down = [app.workload];

test("a pod that is ready is used, and none is made", async () => {
  const before = made();
  const backup = await taken(sqlite, database, { cluster, down });
  assert.match(backup.sealed.body.pod, /^mlflow\/mlflow-/);
  const ofFiles = await taken(files, artifacts, { cluster, down });
  assert.deepEqual([ofFiles.sealed.body.down, ofFiles.sealed.body.quiesced, existsSync(mark)], [false, true, true]);
  assert.equal(made(), before);
});

test("under the fence both are read in a pod with the application's volumes, which is gone afterwards", async () => {
  const quiesced = statSync(mark).mtimeMs;

  const { done, fenced, notGivenBack } = await held(async () => {
    assert.deepEqual(await app.names(), [], "the application is down");
    const backup = await taken(sqlite, database, { cluster, down });
    const ofFiles = await taken(files, artifacts, { cluster, down });
    return { backup, ofFiles, left: await standIns() };
  });

  const { backup, ofFiles, left } = done;
  assert.match(backup.sealed.body.pod, /^mlflow\/millwright-backup-/);
  assert.deepEqual(backup.sealed.body.tables, [{ table: "runs", rows: 3 }]);
  assert.deepEqual((await proved(sqlite, backup)).verdict, { kind: "proven" });
  assert.deepEqual(
    [ofFiles.sealed.body.down, ofFiles.sealed.body.quiesced, ofFiles.sealed.body.files],
    [true, false, 1],
  );
  const proof = await proved(files, ofFiles);
  assert.deepEqual([proof.verdict, proof.notes], [{ kind: "proven" }, []]);
  assert.equal(statSync(mark).mtimeMs, quiesced, "nobody is there to be asked to hold still");
  assert.deepEqual([left, fenced.kind, notGivenBack], [[], "fenced", []]);
});

test("what no fence holds down gets no pod, however many are missing", async () => {
  await app.scale(0);
  const before = made();
  for (const others of [[], ["deployment mlflow/another"]])
    await assert.rejects(
      taken(sqlite, database, { cluster, down: others }),
      (thrown) => thrown instanceof SystemError && /no pod of app=mlflow in mlflow is ready/.test(thrown.message),
    );
  assert.equal(made(), before);
});

test("a path on no claim, and a volume that another pod uses, are refused with what to do", async () => {
  const refused = (words: RegExp) => (thrown: unknown) => thrown instanceof InputError && words.test(thrown.message);
  await assert.rejects(
    taken(files, { ...artifacts, paths: ["/etc"] }, { cluster, down }),
    refused(/\/etc lies on no volume claim.*Leave what writes there out of fence\.scaleDown/),
  );
  const spec = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "mlflow-data" } }] };
  app.pods.add("reader-0", { namespace: "mlflow", spec });
  await assert.rejects(taken(sqlite, database, { cluster, down }), refused(/the volume is in use by reader-0/));
  await cluster.delete({ apiVersion: "v1", plural: "pods", namespace: "mlflow", name: "reader-0" });
  assert.deepEqual(await standIns(), []);
});

test("a backup that fails, is broken off or was killed leaves no pod", async () => {
  await assert.rejects(
    taken(sqlite, { ...database, path: join(data, "none.db") }, { cluster, down }),
    /there is no database at/,
  );
  assert.deepEqual(await standIns(), []);

  const broken = new AbortController();
  const aborting: typeof cluster = {
    ...cluster,
    create: async (...args) => {
      broken.abort();
      return cluster.create(...args);
    },
  };
  await assert.rejects(taken(sqlite, database, { cluster: aborting, down, signal: broken.signal }));
  assert.deepEqual(await standIns(), []);

  const killed = restoringOf({ stored: new Map(), cluster });
  const volumes = await volumesOf(app.pod, [path], cluster, "read");
  const over = { ...database, store: "over" };
  for (const store of [database, artifacts, over]) {
    const { pod } = await standIn({ store, volumes, purpose: "backup" }, killed);
    // One that nobody took away for a day has ended by itself.
    const name = pod.labels.split("=").at(-1) ?? "";
    const of = { apiVersion: "v1", kind: "Pod", namespace: "mlflow", name };
    if (store === over) app.pods.lab.handEdit(of, { status: { phase: "Failed" } });
    const backup = await taken(sqlite, database, { cluster, down });
    assert.match(backup.said.join(), /taking away millwright-backup-\w+, which a run that was killed left/);
    assert.deepEqual(await standIns(), []);
  }
});

test("a restore holds two stores on one claim together, on one node; nobody else does, and one that ends is waited for", async () => {
  const restoring = restoringOf({ stored: new Map(), cluster });
  const first = await sqlite.restore?.hold?.(database, restoring);
  const second = await files.restore?.hold?.(artifacts, restoring);
  assert.ok(first !== undefined && second !== undefined);
  const names = await standIns();
  const nodes = await Promise.all(
    names.map(async (name) => {
      const fact = await cluster.get({ apiVersion: "v1", plural: "pods", namespace: "mlflow", name });
      return fact.kind === "known" ? (fact.value["spec"] as { nodeName?: string }).nodeName : undefined;
    }),
  );
  assert.deepEqual([nodes.length, nodes[0] === undefined, new Set(nodes).size], [2, false, 1]);
  await assert.rejects(
    async () => sqlite.restore?.hold?.(database, restoringOf({ stored: new Map(), cluster })),
    (thrown) => thrown instanceof InputError && /the volume is in use by millwright-restore-/.test(thrown.message),
  );
  assert.deepEqual(await standIns(), names);

  assert.deepEqual(await first.release(), []);
  let looks = 0;
  const ending: typeof cluster = {
    ...cluster,
    async list(...args) {
      const found = await cluster.list(...args);
      if (args[0].plural !== "pods" || found.kind !== "known") return found;
      looks += 1;
      if (looks === 1) await second.release();
      const deletionTimestamp = "2026-11-21T06:00:00Z";
      const items = found.value.items.map((one) => ({ ...one, metadata: { ...one.metadata, deletionTimestamp } }));
      return looks === 1 ? { ...found, value: { ...found.value, items } } : found;
    },
  };
  const volumes = await volumesOf(app.pod, [path], cluster, "write");
  const third = await standIn(
    { store: database, volumes, purpose: "restore" },
    restoringOf({ stored: new Map(), cluster: ending }),
  );
  assert.deepEqual([looks, await third.release(), await standIns()], [2, [], []]);
});

test("a restore that is done again when its pod has ended by itself gets one that lives", async () => {
  const restoring = restoringOf({ stored: new Map(), cluster });
  const volumes = await volumesOf(app.pod, [path], cluster, "write");
  const { pod } = await standIn({ store: database, volumes, purpose: "restore" }, restoring);
  const [name = ""] = await standIns();
  const ended: typeof cluster = {
    ...cluster,
    async list(...args) {
      const found = await cluster.list(...args);
      if (args[0].plural !== "pods" || found.kind !== "known") return found;
      const items = found.value.items.map((one) => ({ ...one, status: { phase: "Failed" } }));
      return { ...found, value: { ...found.value, items } };
    },
  };
  const said: string[] = [];
  const later = { ...restoring, cluster: async () => ended, progress: (text: string) => void said.push(text) };

  const again = await standIn({ store: database, volumes, purpose: "restore" }, later);

  assert.match(said.join(), new RegExp(`taking away ${name},`));
  assert.deepEqual([again.pod, await standIns()], [pod, [name]]);
  const fact = await cluster.get({ apiVersion: "v1", plural: "pods", namespace: "mlflow", name });
  assert.ok(fact.kind === "known" && isReady(fact.value));
  assert.deepEqual([await again.release(), await standIns()], [[], []]);
});

test("a pod that cannot be taken away is told, and the backup stands", async () => {
  const left: string[] = [];
  const keeping: typeof cluster = {
    ...cluster,
    delete: async () => ({ kind: "refused", why: "forbidden", howToLearn: "" }),
  };

  const backup = await taken(sqlite, database, { cluster: keeping, down, left: (words) => void left.push(words) });

  assert.deepEqual((await proved(sqlite, backup)).verdict, { kind: "proven" });
  const [name] = await standIns();
  assert.deepEqual(left, [`the pod mlflow/${name} is left: delete it (forbidden)`]);
});

test("the pod bears nothing that a Service or a controller would take for the application's", async () => {
  const [name = ""] = await standIns();
  const fact = await cluster.get({ apiVersion: "v1", plural: "pods", namespace: "mlflow", name });
  assert.ok(fact.kind === "known");
  const { labels, ownerReferences } = fact.value.metadata as KubeObject["metadata"] & { ownerReferences?: unknown };
  assert.deepEqual([labels?.["app"], labels?.["tier"], ownerReferences], [undefined, undefined, undefined]);
});
