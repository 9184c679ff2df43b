// oxlint-disable no-restricted-imports -- tests seal as the lab's controller does
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { definition } from "../../../../lab/argocd/definitions.ts";
import { newSealingKey, type SealingKey, seal } from "../../../../lab/stores/sealing.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import { freePort } from "../../../store/postmaster.ts";
import { testPods } from "../pod.test-support.ts";
import { proved, taken } from "../taking.test-support.ts";
import { objectsFile } from "./body.ts";
import { privateGit, repositoryWith } from "./git-server.test-support.ts";
import { kubernetes } from "./index.ts";

const [key, older] = await Promise.all([newSealingKey(), newSealingKey()]);
const secret = (namespace: string, name: string, data: Readonly<Record<string, string>>, more: object = {}) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace, name, ...more },
  type: "Opaque",
  data: Object.fromEntries(Object.entries(data).map(([item, text]) => [item, Buffer.from(text).toString("base64")])),
});
const sealingKey = (name: string, { cert, key: own }: SealingKey, state: string, namespace = "sealed-secrets") =>
  secret(
    namespace,
    name,
    { "tls.crt": cert, "tls.key": own },
    {
      labels: { "sealedsecrets.bitnami.com/sealed-secrets-key": state },
    },
  );
const sealedSecret = (name: string, { cert }: SealingKey, scope?: "cluster-wide" | "namespace-wide") => ({
  apiVersion: "bitnami.com/v1alpha1",
  kind: "SealedSecret",
  metadata: {
    namespace: "mlflow",
    name,
    ...(scope === undefined ? {} : { annotations: { [`sealedsecrets.bitnami.com/${scope}`]: "true" } }),
  },
  spec: { encryptedData: { password: seal("canary-91", { namespace: "mlflow", name }, cert) } },
});
const rails = "production:\n  secret_key_base: aa\n  db_key_base: bb\n  otp_key_base: cc\n";

async function cluster(objects: readonly unknown[]) {
  const pods = await testPods();
  pods.lab.seed([
    definition("bitnami.com", "sealedsecrets", "SealedSecret", "v1alpha1"),
    definition("argoproj.io", "applications", "Application", "v1alpha1"),
    ...objects,
  ]);
  return pods.cluster;
}

const config = (more: Partial<KubernetesStore> = {}): KubernetesStore => ({
  component: "kubernetes",
  store: "objects",
  kind: "kubernetes",
  namespaces: ["mlflow", "gitlab"],
  selections: [
    { apiVersion: "v1", plural: "secrets" },
    { apiVersion: "v1", plural: "configmaps" },
    { apiVersion: "argoproj.io/v1alpha1", plural: "applications" },
    { apiVersion: "bitnami.com/v1alpha1", plural: "sealedsecrets" },
    { apiVersion: "cert-manager.io/v1", plural: "certificates" },
  ],
  ...more,
});

const usual = [
  sealingKey("sealed-secrets-key1", key, "active"),
  sealingKey("sealed-secrets-key0", older, "compromised"),
  sealedSecret("database", key),
  sealedSecret("old", older),
  secret("gitlab", "gitlab-rails-secret", { "secrets.yml": rails }),
  { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "mlflow", name: "config" }, data: { b: "2", a: "1" } },
];

test("objects come back by their digests, the sealing keys of another namespace with them, and open what was sealed", async () => {
  const loan = { cluster: await cluster(usual) };
  const backup = await taken(kubernetes, config(), loan);
  const again = await taken(kubernetes, config(), loan);

  const names = backup.sealed.body.objects.map(({ name }) => name);
  assert.ok(
    ["sealed-secrets-key0", "sealed-secrets-key1", "database", "gitlab-rails-secret", "config"].every((name) =>
      names.includes(name),
    ),
  );
  assert.deepEqual(again.stored.get(objectsFile), backup.stored.get(objectsFile));
  const proof = await proved(kubernetes, backup);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.equal(proof.counts["sealed"], 2);
  assert.ok(!JSON.stringify(backup.sealed).includes("canary-91"));
});

test("a SealedSecret that no key opens, a key that does not fit and rails secrets without db_key_base are no proof", async () => {
  const without = await taken(kubernetes, config(), { cluster: await cluster([sealedSecret("database", key)]) });
  const crossed = { cert: key.cert, key: older.key };
  const wrong = await taken(kubernetes, config(), { cluster: await cluster([sealingKey("k", crossed, "active")]) });
  const bare = secret("gitlab", "gitlab-rails-secret", { "secrets.yml": rails.replace(/ {2}db_key_base.*\n/, "") });
  const lacking = await taken(kubernetes, config(), { cluster: await cluster([bare]) });
  const why = async (one: typeof without) => {
    const { verdict } = await proved(kubernetes, one);
    return verdict.kind === "failed" ? verdict.why : [];
  };

  assert.deepEqual(await why(without), ["SealedSecret mlflow/database is opened by no key that is here (password)"]);
  assert.deepEqual(await why(wrong), ["Secret sealed-secrets/k has a private key that does not fit its certificate"]);
  assert.deepEqual(await why(lacking), ["Secret gitlab/gitlab-rails-secret holds no db_key_base"]);
});

test("one that the controller opened must open again; one that it never opened is told", async () => {
  const foreign = { ...(await newSealingKey()) };
  const never = sealedSecret("foreign", foreign);
  const once = { ...sealedSecret("once", foreign), status: { conditions: [{ type: "Synced", status: "True" }] } };
  const loan = { cluster: await cluster([...usual, sealedSecret("wide", key), never]) };
  const lost = { cluster: await cluster([...usual, never, once]) };

  const told = await proved(kubernetes, await taken(kubernetes, config(), loan));
  const failed = await proved(kubernetes, await taken(kubernetes, config(), lost));

  assert.deepEqual(told.verdict, { kind: "proven" });
  assert.deepEqual(
    told.notes.filter((note) => note.startsWith("SealedSecret")),
    ["SealedSecret mlflow/foreign is opened by no key that is here (password)"],
  );
  assert.deepEqual(failed.verdict, {
    kind: "failed",
    why: ["SealedSecret mlflow/once is opened by no key that is here (password)"],
  });
});

test("a byte that was flipped, and an object that is gone, are found", async () => {
  const backup = await taken(kubernetes, config(), { cluster: await cluster(usual) });
  const whole = String(backup.stored.get(objectsFile));

  for (const text of [whole.replace('"b":"2"', '"b":"3"'), whole.split("\n").slice(1).join("\n"), whole.slice(0, -9)]) {
    backup.stored.set(objectsFile, Buffer.from(text));
    const { verdict } = await proved(kubernetes, backup);
    assert.equal(verdict.kind, "failed");
  }
});

test("objects are taken page by page, each once, also where the server forgot where it was", async () => {
  const many = Array.from({ length: 1203 }, (_, index) => secret("mlflow", `s-${index}`, { a: String(index) }));
  const pods = await testPods();
  pods.lab.seed(many);
  let seen = 0;
  pods.lab.faults.push({
    matches: ({ path }) => path.endsWith("/mlflow/secrets") && ++seen === 2,
    kind: { status: 410 },
    times: 1,
  });
  const paged = { ...pods.cluster, list: () => assert.fail("a list is held whole") };

  const backup = await taken(kubernetes, config(), { cluster: paged });

  const names = backup.sealed.body.objects.map(({ name }) => name);
  assert.deepEqual([names.length, new Set(names).size, seen], [1203, 1203, 2]);
  const proof = await proved(kubernetes, backup);
  assert.deepEqual([proof.verdict.kind, proof.counts["secrets"]], ["proven", 1203]);
});

test("what the account may not see is no backup, and an empty selection neither", async () => {
  const pods = await testPods();
  const refused = {
    ...pods.cluster,
    async *pages() {
      yield { kind: "unknown", why: "The account may not list secrets.", howToLearn: "Give it the right." } as const;
    },
  };

  await assert.rejects(taken(kubernetes, config(), { cluster: refused }), /may not list secrets/);
  await assert.rejects(
    taken(kubernetes, config(), { cluster: pods.cluster }),
    /nothing of what was selected in mlflow, gitlab/,
  );
});

test("the values that an Application names are read from Git at what was synced; what is not reachable is told", async () => {
  const { url, revision } = await gitServer("mlflow/values.yaml", "image: {tag: 2.14.1}\n");
  const { folder: parent } = repositoryWith("app/values.yaml", "image: {tag: 3.0.0}\n");
  const { port } = await privateGit(parent, `Basic ${Buffer.from("reader:canary").toString("base64")}`);
  const locked = `http://127.0.0.1:${port}/deploy.git`;
  const application = (name: string, spec: object, sync: object = {}) => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { namespace: "gitlab", name },
    spec,
    status: { sync },
  });
  const chart = {
    repoURL: "https://charts.example.org",
    chart: "mlflow",
    targetRevision: "1.0.0",
    helm: { valueFiles: ["$values/mlflow/./values.yaml"] },
  };
  const objects = [
    application(
      "mlflow",
      { sources: [chart, { repoURL: url, targetRevision: "main", ref: "values" }] },
      { revisions: ["1.0.0", revision] },
    ),
    application("lost", {
      source: {
        repoURL: "git://127.0.0.1:1/none",
        targetRevision: "main",
        path: "x",
        helm: { valueFiles: ["../values.yaml"] },
      },
    }),
    application("private", {
      source: { repoURL: locked, targetRevision: "main", path: "app", helm: { valueFiles: ["values.yaml"] } },
    }),
    secret(
      "gitlab",
      "login",
      { url: locked, username: "reader", password: "canary" },
      { labels: { "argocd.argoproj.io/secret-type": "repository" } },
    ),
  ];
  const backup = await taken(kubernetes, config(), { cluster: await cluster(objects) });

  const [lost, read, own] = backup.sealed.body.values;
  assert.deepEqual([own?.application, own?.note], ["gitlab/private", undefined]);
  assert.match(String(backup.stored.get(objectsFile)), /"GitValues","application":"gitlab\/private"[^\n]*tag: 3\.0\.0/);
  assert.doesNotMatch(JSON.stringify(backup.sealed), /canary/);
  assert.deepEqual(
    [lost?.file, lost?.sha256, lost?.note?.includes("git did not read it")],
    ["values.yaml", undefined, true],
  );
  assert.deepEqual([read?.application, read?.file, read?.revision], ["gitlab/mlflow", "mlflow/values.yaml", revision]);
  assert.match(String(backup.stored.get(objectsFile)), /tag: 2\.14\.1/);
  const proof = await proved(kubernetes, backup);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.match(proof.doesNotCover.join(), /values\.yaml of git:\/\/127\.0\.0\.1:1\/none, which gitlab\/lost takes/);
});

/** What anybody may read, by Git's own protocol. */
async function gitServer(file: string, text: string): Promise<{ readonly url: string; readonly revision: string }> {
  const { folder: base, revision } = repositoryWith(file, text);
  const port = await freePort();
  const url = `git://127.0.0.1:${port}/deploy.git`;
  const daemon = spawn(
    "git",
    ["daemon", "--export-all", "--listen=127.0.0.1", `--port=${port}`, `--base-path=${base}`, "--reuseaddr"],
    { stdio: "ignore", detached: true },
  );
  after(() => process.kill(-(daemon.pid ?? 0), "SIGKILL"));
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      execFileSync("git", ["ls-remote", url], { stdio: "ignore" });
      return { url, revision };
    } catch {
      await setTimeout(100);
    }
  }
  throw new Error(`git daemon answers nothing at ${url}`);
}
