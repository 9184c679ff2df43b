// oxlint-disable no-restricted-imports -- tests start what they speak to, and make the repositories that a pod has
import assert from "node:assert/strict";
import { test } from "node:test";
import { definition } from "../../lab/argocd/definitions.ts";
import { bytesOf, chunksOf } from "../edge/object-store.test-support.ts";
import { instantOf } from "../kernel/instant.ts";
import { openDatabase } from "../store/open.ts";
import { testDatabase } from "../store/test-support.ts";
import { asked, below, commands, follow, lacking, targetBucket, whole } from "./by-hand.test-support.ts";
import { object, storeOf } from "./kinds/kubernetes/kubernetes.test-support.ts";
import { addressOf, bucketAt, configOf, keeping, secretOf, skip } from "./kinds/objects/objects.test-support.ts";
import { testPods } from "./kinds/pod.test-support.ts";
import { folder } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";

test("a bucket comes back by hand, from packs of two backups, the newest versions, with odd keys and metadata", {
  skip: skip === false ? lacking("rclone", "curl") : skip,
}, async () => {
  const [bucket, restored] = [await keeping("plain"), bucketAt("restored")];
  for (const key of ["a/one", "a/two", "b/größe", "-x", 'it\'s "so" $(here)', `c/${"long/".repeat(40)}name`])
    await bucket.put(key, chunksOf(`first of ${key}`));
  await bucket.put("marker/", chunksOf());
  const repository = await TestRepository.make();
  await repository.backUpStore(configOf("plain"), { secret: secretOf });
  const metadata = { "cache-control": "no-cache", "content-type": "text/x-two", "x-amz-meta-run": "größe  1" };
  await bucket.put("a/two", chunksOf("two is another now"), { metadata });
  await bucket.delete("a/one");
  await repository.backUpStore(configOf("plain", true), { secret: secretOf });
  await restored.put("a/two", chunksOf("wrong"));
  await restored.put("later", chunksOf("stays"));

  const { said } = await follow(below("### A bucket"), repository, "mlflow/objects", {
    TARGET_FOLDER: folder(),
    ...targetBucket(addressOf("restored")),
  });

  assert.match(said, /every object is as it was/);
  const contents = async (of: typeof bucket): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for await (const page of of.list(""))
      for (const { key } of page) {
        const read = await of.get(key);
        if (read.kind === "read") found.set(key, (await bytesOf(read.content)).toString());
      }
    return found;
  };
  const expected = new Map([...(await contents(bucket)), ["later", "stays"]]);
  assert.equal(expected.size, 7);
  assert.equal(expected.get("a/two"), "two is another now");
  assert.deepEqual(Object.fromEntries(await contents(restored)), Object.fromEntries(expected));
  assert.deepEqual((await restored.head("a/two"))?.metadata, (await bucket.head("a/two"))?.metadata);
});

const kubernetes = storeOf({ apiVersion: "argoproj.io/v1alpha1", plural: "applications" });
const applications = definition("argoproj.io", "applications", "Application", "v1alpha1");

test("Kubernetes objects come back by hand, in another cluster too; what their owners make does not", {
  skip: lacking("kubectl"),
}, async () => {
  const helm = { valueFiles: ["values.yaml"] };
  const source = { repoURL: "git://127.0.0.1:1/none", targetRevision: "main", path: "chart", helm };
  const live = await testPods();
  live.lab.seed([
    applications,
    object("ConfigMap", "config", { tracking: "on", size: "1" }),
    object("ConfigMap", "gone", { a: "1" }),
    object("Secret", "login", { password: "Y2FuYXJ5" }),
    object(
      "Secret",
      "made",
      { a: "MQ==" },
      { ownerReferences: [{ apiVersion: "v1", kind: "Certificate", name: "made", uid: "1", controller: true }] },
    ),
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { namespace: "mlflow", name: "mlflow" },
      spec: { source, project: "default" },
      status: { sync: { revision: "main" } },
    },
  ]);
  const repository = await TestRepository.make();
  await repository.backUpStore(kubernetes, { cluster: async () => live.cluster });
  const at = { apiVersion: "v1", plural: "configmaps", namespace: "mlflow" };
  await live.cluster.mergePatch({ ...at, name: "config" }, { data: { size: "9" } }, { fieldManager: "tests" });
  await live.cluster.delete({ ...at, name: "gone" });
  const other = await testPods();
  other.lab.seed([applications]);

  for (const { lab, cluster } of [live, other]) {
    const { said } = await follow(below("### Kubernetes objects"), repository, "kubernetes/objects", {
      KUBECONFIG: lab.kubeconfig("admin"),
    });

    assert.match(said, /every object is as it was/);
    assert.match(said, /^mlflow\/mlflow: chart\/values\.yaml of git:\/\/127\.0\.0\.1:1\/none at main, not here: /m);
    const read = async (plural: string, name: string): Promise<unknown> => {
      const found = await cluster.get({ ...at, plural, name });
      return found.kind === "known" ? found.value["data"] : found.kind;
    };
    assert.deepEqual(await read("configmaps", "config"), { tracking: "on", size: "1" });
    assert.deepEqual(await read("configmaps", "gone"), { a: "1" });
    assert.deepEqual(await read("secrets", "login"), { password: "Y2FuYXJ5" });
    assert.deepEqual(await read("secrets", "made"), lab === live.lab ? { a: "MQ==" } : "absent");
  }
});

test("Millwright's own database comes back by hand, reads only, and knows of no repository", {
  skip: lacking("psql", "pg_restore"),
}, async () => {
  const url = await testDatabase();
  const opened = async (of: string, said: string[] = []) =>
    openDatabase({
      target: { kind: "url", url: of },
      applicationName: "by-hand",
      poolSize: 2,
      statementTimeoutSeconds: 30,
      migrates: true,
      memory: undefined,
      acceptRestored: false,
      waitSeconds: 0,
      clock: { now: () => instantOf(Date.UTC(2026, 10, 20, 9)) },
      report: (message) => void said.push(message),
    });
  const before = await opened(url);
  await before.beat();
  await before.close();
  await asked(
    url,
    `insert into backups (environment, id, store, kind, class, taken_at, bytes, digest, first_seen, last_seen)
     values ('production', 'mlflow-database-gone', 'mlflow/database', 'postgresql', 'daily', now(), 1, 'x', now(), now())`,
  );
  const repository = await TestRepository.make();
  await repository.backUpStore(
    { component: "millwright", store: "database", kind: "millwright" },
    { own: { url: { kind: "env", name: "OWN" }, embedded: undefined, path: "" }, secret: async () => url },
  );
  const target = Object.assign(new URL(url), { pathname: "/millwright_by_hand" }).href;

  const { said } = await follow(
    `${whole}\n${commands(["### Millwright itself"])}`,
    repository,
    "millwright/database",
    { TARGET_SERVER: url, TARGET_DATABASE: target },
    { "create database restored": "create database millwright_by_hand" },
  );

  assert.match(said, /every table has its rows/);
  const told: string[] = [];
  const restored = await opened(target, told);
  const rows = await asked(target, "select count(*)::int as count from backups");
  await restored.close();
  await asked(url, "drop database millwright_by_hand with (force)");
  assert.equal(restored.verdict.kind, "restored");
  assert.match(told.join(), /reading only.*--accept-restored/);
  assert.deepEqual(rows, [{ count: 0 }]);
});
