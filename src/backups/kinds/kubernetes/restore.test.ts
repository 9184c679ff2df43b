// oxlint-disable no-restricted-imports -- tests bring the types that operators bring
import assert from "node:assert/strict";
import { test } from "node:test";
import { definition } from "../../../../lab/argocd/definitions.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { Restoring } from "../../restore/contract.ts";
import { testPods } from "../pod.test-support.ts";
import { taken } from "../taking.test-support.ts";
import { kubernetes } from "./index.ts";
import { object, storeOf } from "./kubernetes.test-support.ts";
import { restore } from "./restore.ts";

const config = storeOf();
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "mlflow" } };
const owner = [{ apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", name: "made", uid: "1", controller: true }];
const seeds = [
  object("ConfigMap", "config", { tracking: "on", size: "1" }),
  object("ConfigMap", "gone", { a: "1" }),
  object("Secret", "login", { password: Buffer.from("canary-3b").toString("base64") }),
  object("Secret", "made", { a: "MQ==" }, { ownerReferences: owner }),
];

async function cluster(objects: readonly unknown[]): Promise<KubeWriter> {
  const pods = await testPods();
  pods.lab.seed([...objects]);
  return pods.cluster;
}

function restoring(of: KubeWriter, stored: ReadonlyMap<string, Buffer>): Restoring {
  return {
    cluster: async () => of,
    signal: new AbortController().signal,
    async *readPart({ file }: { readonly file: string }) {
      yield stored.get(file) ?? Buffer.alloc(0);
    },
  } as unknown as Restoring;
}

test("what was changed and what is gone get back what they were; nothing else is touched, and no secret is shown", async () => {
  const live = await cluster([namespace, ...seeds]);
  const { sealed, stored } = await taken(kubernetes, config, { cluster: live });
  const configmaps = { apiVersion: "v1", plural: "configmaps", namespace: "mlflow" };
  const secrets = { ...configmaps, plural: "secrets" };
  await live.mergePatch(
    { ...configmaps, name: "config" },
    { data: { size: "9", added: "later" } },
    { fieldManager: "tests" },
  );
  await live.mergePatch({ ...secrets, name: "login" }, { data: { password: "b3RoZXI=" } }, { fieldManager: "tests" });
  await live.delete({ ...configmaps, name: "gone" });
  const safety = await taken(kubernetes, config, { cluster: live });

  const plan = await restore.plan(sealed, config, { kind: "in-place" }, restoring(live, stored));
  assert.deepEqual(plan.refuses, []);
  assert.match(
    plan.does.join("; "),
    /make 1 object: ConfigMap mlflow\/gone.*apply ConfigMap mlflow\/config: data\.size; apply Secret mlflow\/login: data\.password/,
  );
  assert.match(plan.notes.join(), /left to their owners.*Secret mlflow\/made/);
  assert.doesNotMatch(JSON.stringify(plan), /canary|b3RoZXI|Y2FuYXJ5/);

  const done = await restore.run(sealed, config, { kind: "in-place" }, restoring(live, stored));
  assert.deepEqual(done.differences, []);
  const read = async (plural: string, name: string): Promise<unknown> => {
    const found = await live.get({ ...configmaps, plural, name });
    return found.kind === "known" ? found.value["data"] : found.kind;
  };
  assert.deepEqual(await read("configmaps", "config"), { tracking: "on", size: "1", added: "later" });
  assert.deepEqual(await read("configmaps", "gone"), { a: "1" });
  assert.deepEqual(await read("secrets", "login"), { password: Buffer.from("canary-3b").toString("base64") });

  await restore.undo?.(config, safety.sealed, restoring(live, safety.stored));
  assert.deepEqual(await read("configmaps", "config"), { tracking: "on", size: "9", added: "later" });
  assert.deepEqual(await read("configmaps", "gone"), { a: "1" });
});

test("where nothing of it is left there is nothing to back up before, and all of it is made again", async () => {
  const live = await cluster([namespace, ...seeds.slice(0, 3)]);
  const { sealed, stored } = await taken(kubernetes, config, { cluster: live });
  const inPlace = { kind: "in-place" } as const;
  const isThere = async (): Promise<boolean> =>
    (await restore.plan(sealed, config, inPlace, restoring(live, stored))).isThere;
  assert.equal(await isThere(), true);
  for (const { kind, metadata } of seeds.slice(0, 3)) {
    const plural = `${kind.toLowerCase()}s`;
    await live.delete({ apiVersion: "v1", plural, namespace: "mlflow", name: metadata.name });
  }

  assert.equal(await isThere(), false);

  const done = await restore.run(sealed, config, inPlace, restoring(live, stored));
  assert.deepEqual([done.did, done.differences], [["3 objects applied"], []]);
});

test("Applications wait until every store is back: Argo CD would start what has to be down; all else comes at once", async () => {
  const applications = { apiVersion: "argoproj.io/v1alpha1", plural: "applications" };
  const store = storeOf(applications);
  const application = {
    apiVersion: applications.apiVersion,
    kind: "Application",
    metadata: { namespace: "mlflow", name: "mlflow" },
    spec: { source: { targetRevision: "v1" } },
  };
  const served = definition("argoproj.io", "applications", "Application", "v1alpha1");
  const live = await cluster([namespace, served, ...seeds.slice(0, 3), application]);
  const { sealed, stored } = await taken(kubernetes, store, { cluster: live });
  const lent = restoring(live, stored);
  const mlflow = { ...applications, namespace: "mlflow", name: "mlflow" };
  await live.delete(mlflow);
  await live.delete({ apiVersion: "v1", plural: "secrets", namespace: "mlflow", name: "login" });

  const plan = await restore.plan(sealed, store, { kind: "in-place" }, lent);
  assert.match(plan.notes.join(), /Applications come last/);
  const done = await restore.run(sealed, store, { kind: "in-place" }, lent);
  assert.deepEqual(
    [done.did, done.differences],
    [["1 object applied", "when every store is back: Application mlflow/mlflow"], []],
  );
  assert.equal((await live.get(mlflow)).kind, "absent");

  const last = await restore.last?.(sealed, store, lent);
  assert.deepEqual([last?.did, last?.differences], [["1 object that Argo CD acts on applied at the end"], []]);
  const found = await live.get(mlflow);
  assert.deepEqual(found.kind === "known" ? found.value["spec"] : found.kind, application.spec);
  assert.deepEqual((await restore.last?.(sealed, store, lent))?.did, []);
});

test("a cluster without the namespace is refused", async () => {
  const { sealed, stored } = await taken(kubernetes, config, { cluster: await cluster([namespace, ...seeds]) });
  const plan = await restore.plan(sealed, config, { kind: "in-place" }, restoring(await cluster([]), stored));
  assert.match(plan.refuses.join(), /no namespace mlflow: make it first/);
});

test("where the cluster serves a type no more, neither a restore nor taking it back does the rest as if it were all", async () => {
  const applications = { apiVersion: "argoproj.io/v1alpha1", plural: "applications" };
  const application = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { namespace: "mlflow", name: "mlflow" },
    spec: { project: "default" },
  };
  const type = definition("argoproj.io", "applications", "Application", "v1alpha1");
  const more = storeOf(applications);
  const { sealed, stored } = await taken(kubernetes, more, {
    cluster: await cluster([type, namespace, ...seeds, application]),
  });
  const bare = await cluster([namespace]);

  const served = /the cluster serves no Application of argoproj\.io\/v1alpha1: .*; nothing was changed/;
  await assert.rejects(restore.run(sealed, more, { kind: "in-place" }, restoring(bare, stored)), served);
  await assert.rejects(async () => restore.undo?.(more, sealed, restoring(bare, stored)), served);
  assert.equal(
    (await bare.get({ apiVersion: "v1", plural: "configmaps", namespace: "mlflow", name: "gone" })).kind,
    "absent",
  );
});
