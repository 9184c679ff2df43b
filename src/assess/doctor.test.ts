import assert from "node:assert/strict";
import { after, test } from "node:test";
import { loadAll } from "js-yaml";
import { startKubernetes } from "../../lab/kubernetes/index.ts";
import { openKubeReader, openKubeWriter } from "../edge/kube.ts";
import { capabilities } from "./capabilities.ts";
import { type AccessReport, reportAccess } from "./doctor.ts";
import { rbacFile } from "./rbac.test-support.ts";

const lab = await startKubernetes({ stepMs: 0 });
after(() => lab.close());
lab.seed([
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "mlops" } },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "mlops" }, data: { password: "Y2FuYXJ5" } },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "postgresql-0", namespace: "mlops" } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "mlops" },
    spec: { replicas: 1, paused: true, template: { spec: { containers: [] } } },
  },
]);
for (const { id } of capabilities) lab.seed(rbacFile(`${id}.yaml`));

const userAgent = "millwright/test";
const accountOf = (id: string): string => lab.kubeconfig(`millwright/millwright-${id}`);
const report = (user: string): Promise<AccessReport> =>
  reportAccess(openKubeReader({ kubeconfig: user, userAgent }), "mlops");
const verdicts = ({ capabilities: all }: AccessReport): Readonly<Record<string, string>> =>
  Object.fromEntries(all.map(({ id, verdict }) => [id, verdict]));

for (const { id, file } of capabilities) {
  test(`${file} makes its account complete for ${id} and for nothing else`, async () => {
    const found = verdicts(await report(accountOf(id)));

    assert.equal(found[id], "complete");
    const others = capabilities.filter((one) => one.id !== id);
    for (const other of others) assert.notEqual(found[other.id], "complete");
  });
}

test("each file grants just what its capability needs", () => {
  for (const capability of capabilities) {
    const documents = loadAll(rbacFile(`${capability.id}.yaml`)) as readonly {
      readonly kind: string;
      readonly rules?: readonly {
        readonly apiGroups: string[];
        readonly resources: string[];
        readonly verbs: string[];
      }[];
    }[];
    const granted = documents
      .flatMap(({ rules = [] }) => rules)
      .flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${group}`)),
        ),
      );
    const needed = capability
      .needs("mlops")
      .map(({ right: { verb, resource, subresource, group } }) =>
        [verb, subresource === undefined ? resource : `${resource}/${subresource}`, group].join(" "),
      );

    assert.deepEqual([...new Set(granted)].sort(), [...new Set(needed)].sort(), capability.id);
    assert.equal(
      granted.some((right) => right.includes("*")),
      false,
    );
  }
});

test("the observer cannot read what a Secret holds, nor write anywhere", async () => {
  const observer = openKubeWriter({ kubeconfig: accountOf("observer"), userAgent });
  const secret = { apiVersion: "v1", plural: "secrets", namespace: "mlops", name: "db" };
  const web = { apiVersion: "apps/v1", plural: "deployments", namespace: "mlops", name: "web" };

  assert.equal((await observer.get(secret)).kind, "unknown");
  assert.equal((await observer.list(secret, { metadataOnly: true })).kind, "unknown");
  assert.equal((await observer.scale(web, 0, { fieldManager: "test" })).kind, "refused");
  assert.equal((await observer.delete(web)).kind, "refused");
  assert.equal(
    (await observer.exec({ namespace: "mlops", name: "postgresql-0" }, { command: ["env"] })).kind,
    "unknown",
  );
  assert.ok(lab.mutations().every(({ status }) => status === 403));
});

test("the changer restarts and scales in its namespace only, and reads no Secret", async () => {
  const changer = openKubeWriter({ kubeconfig: accountOf("changer"), userAgent });
  const web = { apiVersion: "apps/v1", plural: "deployments", namespace: "mlops", name: "web" };

  assert.equal((await changer.scale(web, 2, { fieldManager: "test" })).kind, "written");
  assert.equal((await changer.scale({ ...web, namespace: "default" }, 2, { fieldManager: "test" })).kind, "refused");
  assert.equal(
    (await changer.get({ apiVersion: "v1", plural: "secrets", namespace: "mlops", name: "db" })).kind,
    "unknown",
  );
});

test("an administrator can do all, which is too much for each", async () => {
  const found = verdicts(await report(lab.kubeconfig("admin")));

  assert.deepEqual(found, {
    observer: "too-much",
    "backup-runner": "too-much",
    "backup-reader": "too-much",
    changer: "too-much",
    restorer: "too-much",
  });
});

test("an account without any right has none of it, and every missing right is named", async () => {
  const found = await report(lab.kubeconfig("nobody"));

  assert.deepEqual(verdicts(found), {
    observer: "none",
    "backup-runner": "none",
    "backup-reader": "none",
    changer: "none",
    restorer: "none",
  });
  const missing = found.capabilities.flatMap((one) => one.missing.map(({ right }) => right));
  assert.ok(missing.includes("get pods/log in all namespaces"));
  assert.ok(missing.includes("create jobs.batch in mlops"));
});
