// oxlint-disable no-restricted-imports -- tests bring the types that operators bring
import assert from "node:assert/strict";
import { test } from "node:test";
import { definition } from "../../../../lab/argocd/definitions.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { unknown } from "../../../kernel/fact.ts";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import type { Restoring } from "../../restore/contract.ts";
import { testPods } from "../pod.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { taken } from "../taking.test-support.ts";
import { kubernetes } from "./index.ts";
import { object, storeOf } from "./kubernetes.test-support.ts";

const { restore } = kubernetes;
assert.ok(restore !== undefined);
const canary = Buffer.from("canary-3b").toString("base64");
const secretTo = (address: string): string => Buffer.from(address).toString("base64");
const owner = [
  { apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", name: "strict", uid: "1", controller: true },
];
const sealed = (name: string, annotations: Readonly<Record<string, string>>) => ({
  apiVersion: "bitnami.com/v1alpha1",
  kind: "SealedSecret",
  metadata: { namespace: "mlflow", name, annotations },
  spec: { encryptedData: { a: "AAAA" }, template: { metadata: { name, namespace: "mlflow" } } },
});
const seeds = [
  object(
    "ConfigMap",
    "config",
    { tracking: "on" },
    {
      labels: { app: "mlflow", "app.kubernetes.io/instance": "mlflow" },
      annotations: { "argocd.argoproj.io/tracking-id": "mlflow:/ConfigMap:mlflow/config", owner: "data" },
    },
  ),
  object("Secret", "login", { password: canary }),
  object("Secret", "database", { url: secretTo("postgresql://app@postgres.mlflow.svc:5432/mlflow") }),
  object("Secret", "strict", { a: "MQ==" }, { ownerReferences: owner }),
  object("ConfigMap", "kube-root-ca.crt", { "ca.crt": "x" }),
  sealed("strict", {}),
  sealed("own", { "sealedsecrets.bitnami.com/namespace-wide": "true" }),
  sealed("wide", { "sealedsecrets.bitnami.com/cluster-wide": "true" }),
  {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { namespace: "mlflow", name: "mlflow" },
    spec: { project: "default" },
  },
];
const namespaceOf = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const types = [
  definition("argoproj.io", "applications", "Application", "v1alpha1"),
  definition("bitnami.com", "sealedsecrets", "SealedSecret", "v1alpha1"),
];
const config = storeOf(
  { apiVersion: "argoproj.io/v1alpha1", plural: "applications" },
  { apiVersion: "bitnami.com/v1alpha1", plural: "sealedsecrets" },
);
const target = { kind: "namespace", namespace: "mlflow-copy", from: undefined } as const;

async function stage(...more: readonly unknown[]) {
  const pods = await testPods();
  pods.lab.seed([...types, ...["mlflow", "mlflow-copy"].map(namespaceOf), ...seeds, ...more]);
  const live = pods.cluster;
  const backup = await taken(kubernetes, config, { cluster: live });
  const lent = (cluster: KubeWriter = live, loan: Partial<Pick<Restoring, "replaces" | "signal">> = {}): Restoring =>
    restoringOf({ stored: backup.stored, cluster, declared: [config], ...loan });
  const read = async (plural: string, name: string, namespace = "mlflow-copy"): Promise<KubeObject | undefined> => {
    const apiVersion = plural === "sealedsecrets" ? "bitnami.com/v1alpha1" : "v1";
    const found = await live.get({ apiVersion, plural, namespace, name });
    return found.kind === "known" ? found.value : undefined;
  };
  return { live, sealed: backup.sealed, lent, read };
}

test("objects come into another namespace without what binds them; what cannot is told before, and left out", async () => {
  const { sealed: backup, lent, read } = await stage();

  const plan = await restore.plan(backup, config, target, lent());

  assert.deepEqual([plan.refuses, plan.loses, plan.isThere], [[], [], false]);
  assert.match(
    plan.does.join("; "),
    /4 objects of mlflow come into mlflow-copy; make 4 objects: .*Secret mlflow-copy\/login/,
  );
  const notes = plan.notes.join("; ");
  for (const told of [
    /Secret strict does not come along: SealedSecret strict makes it, which is of mlflow/,
    /SealedSecret strict does not come along: it is sealed for mlflow: seal it anew/,
    /SealedSecret own does not come along: it is sealed for mlflow/,
    /Application mlflow does not come along: Argo CD would act on it/,
    /ConfigMap kube-root-ca\.crt does not come along: each namespace has its own/,
    /go on to name addresses in mlflow: Secret database/,
  ])
    assert.match(notes, told);
  assert.doesNotMatch(JSON.stringify(plan), /canary|Y2FuYXJ5/);
  assert.equal(await read("configmaps", "config"), undefined);

  const done = await restore.run(backup, config, target, lent());

  assert.deepEqual(done.differences, []);
  assert.match(done.did.join("; "), /4 objects applied; mlflow-copy has the objects of test/);
  assert.deepEqual((await read("secrets", "login"))?.["data"], { password: canary });
  const { labels, annotations } = (await read("configmaps", "config"))?.metadata ?? {};
  assert.deepEqual([labels, annotations], [{ app: "mlflow" }, { owner: "data" }]);
  const wide = (await read("sealedsecrets", "wide"))?.["spec"] as { template: { metadata: { namespace: string } } };
  assert.equal(wide.template.metadata.namespace, "mlflow-copy");
  for (const [plural, name] of [
    ["secrets", "strict"],
    ["sealedsecrets", "strict"],
  ] as const)
    assert.equal(await read(plural, name), undefined);
  const said = (await read("configmaps", "millwright-restored"))?.["data"] as Record<string, string>;
  assert.deepEqual([said["state"], said["backup"]], ["restored", "test"]);
  assert.equal((await read("configmaps", "config", "mlflow"))?.metadata.namespace, "mlflow");
});

test("a namespace that holds some of them is refused until somebody lets their fields go", async () => {
  const theirs = {
    ...object("ConfigMap", "config", { tracking: "off" }),
    metadata: { namespace: "mlflow-copy", name: "config" },
  };
  const { sealed: backup, lent, read, live } = await stage(theirs);

  const plan = await restore.plan(backup, config, target, lent());
  assert.match(plan.refuses.join(), /mlflow-copy has some of these objects already: .* by --replace/);
  await assert.rejects(
    restore.run(backup, config, target, lent()),
    (thrown) => thrown instanceof InputError && /nothing was changed/.test(thrown.message),
  );
  assert.equal(await read("secrets", "login"), undefined);

  const agreed = await restore.plan(backup, config, target, lent(live, { replaces: true }));
  assert.deepEqual(agreed.refuses, []);
  assert.match(agreed.loses.join(), /no backup is made of it/);
  await restore.run(backup, config, target, lent(live, { replaces: true }));
  assert.deepEqual((await read("configmaps", "config"))?.["data"], { tracking: "on" });
});

test("a mark of half done that cannot be read is not taken for none", async () => {
  const { sealed: backup, lent, live, read } = await stage();
  const blind: KubeWriter = {
    ...live,
    get: async (name) =>
      name.name === "millwright-restored"
        ? unknown("The account may not get configmaps.", "Give it the right.")
        : live.get(name),
  };
  const refused = (thrown: unknown): boolean =>
    thrown instanceof SystemError && /configmaps\/millwright-restored: The account may not get/.test(thrown.message);
  await assert.rejects(restore.plan(backup, config, target, lent(blind)), refused);
  await assert.rejects(restore.run(backup, config, target, lent(blind)), refused);
  assert.equal(await read("secrets", "login"), undefined);
});

test("broken off between two objects the namespace is marked as half done, and the next attempt needs no consent", async () => {
  const { sealed: backup, lent, read, live } = await stage();
  const broken = new AbortController();
  const stopping: KubeWriter = {
    ...live,
    async apply(type, one, options) {
      const written = await live.apply(type, one, options);
      if (one.kind === "Secret") broken.abort();
      return written;
    },
  };
  await assert.rejects(
    restore.run(backup, config, target, lent(stopping, { signal: broken.signal })),
    (thrown) => thrown instanceof SystemError && /broken off between two objects/.test(thrown.message),
  );
  const state = async (): Promise<unknown> => {
    const said = (await read("configmaps", "millwright-restored"))?.["data"] as { state: string } | undefined;
    return said?.state;
  };
  assert.equal(await state(), "begun");
  assert.equal(await read("configmaps", "config"), undefined);

  const plan = await restore.plan(backup, config, target, lent());
  assert.deepEqual(plan.refuses, []);
  assert.match(plan.notes.join(), /restore-test-\d+ left it half done/);
  await restore.run(backup, config, target, lent());
  assert.equal(await state(), "restored");
  assert.deepEqual((await read("configmaps", "config"))?.["data"], { tracking: "on" });
});

test("a namespace that is not there, one that is declared, and several to choose from are refused", async () => {
  const { sealed: backup, lent } = await stage();
  const refused = async (namespace: string): Promise<string> =>
    (await restore.plan(backup, config, { ...target, namespace }, lent())).refuses.join("; ");
  assert.match(await refused("nowhere"), /the cluster has no namespace nowhere: make it first/);
  assert.match(await refused("mlflow"), /mlflow is declared itself, in kubernetes\/objects: restore it by --in-place/);
  const [first, ...rest] = backup.body.objects;
  assert.ok(first !== undefined);
  const several = { ...backup, body: { ...backup.body, objects: [{ ...first, namespace: "gitlab" }, ...rest] } };
  await assert.rejects(
    restore.plan(several, config, target, lent()),
    /objects of gitlab, mlflow: name one .*namespace:gitlab=NAME/,
  );
  const chosen = await restore.plan(several, config, { ...target, from: "mlflow" }, lent());
  assert.match(chosen.notes.join("; "), /1 object of other namespaces and of the cluster/);
});
