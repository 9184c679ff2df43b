// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { definition } from "../../lab/argocd/definitions.ts";
import { openKubeWriter } from "../edge/kube.ts";
import type { KubeWriter } from "../kernel/kube.ts";
import type { KubernetesStore, PostgresqlStore, SqliteStore } from "../platform/backup-stores.ts";
import { clientPods, clientsUp } from "./kinds/gitlab/clients.ts";
import { changedSecrets, giveSecretsBack, restartToolbox } from "./kinds/gitlab/restore-secrets.ts";
import { kubernetes } from "./kinds/kubernetes/index.ts";
import type { TestPods } from "./kinds/pod.test-support.ts";
import { findPod } from "./kinds/pod.ts";
import { postgresql } from "./kinds/postgresql/index.ts";
import { restoringOf } from "./kinds/restoring.test-support.ts";
import { sqlite } from "./kinds/sqlite/index.ts";
import { taken } from "./kinds/taking.test-support.ts";
import { application } from "./kinds/volume/volume.test-support.ts";
import { databaseWith, folder } from "./others/prove.test-support.ts";
import { grantedBy, shippedRole, watchRights } from "./rights.test-support.ts";

/*
 * Restores as the shipped role lets them: each call that they make is allowed, and each right of the role is used by one. Backups
 * and preparations are made by an administrator, as they are another account's.
 */

const inPlace = { kind: "in-place" } as const;
const namespace = "mlflow";

const role = shippedRole("restorer.yaml", namespace);
const granted = grantedBy(role);

const data = folder();
const path = join(data, "runs.db");
const app = await application("mlflow", data);
const { pods, cluster: admin } = app;
pods.lab.seed([...role]);
const restorer = asRestorer(pods);

function asRestorer({ lab }: TestPods): KubeWriter {
  const kubeconfig = lab.kubeconfig("millwright/millwright-restorer");
  return openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
}

const { used, held } = watchRights(pods.lab, "millwright-restorer");

test("a database in a pod comes back by the restorer's role", async () => {
  const url = new URL(await databaseWith("create table runs (id int); insert into runs values (1), (2)"));
  const env = { PGHOST: url.hostname || (url.searchParams.get("host") ?? ""), PGPORT: url.port };
  pods.add("postgresql-0", { namespace, labels: { app: "postgresql" }, env });
  pods.add("uses-it-0", { namespace, labels: { app: "uses" }, programs: { cat: ["sh", "-c", "exit 127"] } });
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "postgresql", namespace },
    spec: { selector: { app: "postgresql" } },
  };
  pods.lab.seed([service]);
  const config: PostgresqlStore = {
    component: "mlflow",
    store: "database",
    kind: "postgresql",
    pod: { namespace, labels: "app=postgresql" },
    database: url.pathname.slice(1),
    user: decodeURIComponent(url.username),
  };
  const { sealed, stored } = await taken(postgresql, config, { cluster: admin });
  const restoring = restoringOf({ stored, cluster: restorer });

  const done = await held(async () => {
    await postgresql.restore?.plan(sealed, config, inPlace, restoring);
    return postgresql.restore?.run(sealed, config, inPlace, restoring);
  });

  assert.deepEqual(done?.differences, []);
});

test("files of an application that is down come back by the restorer's role", async () => {
  const db = new DatabaseSync(path);
  db.exec("create table runs (id integer primary key); insert into runs values (1), (2)");
  db.close();
  const config: SqliteStore = { component: "mlflow", store: "runs", kind: "sqlite", pod: app.pod, path };
  const { sealed, stored } = await taken(sqlite, config, { cluster: admin });
  const restoring = restoringOf({ stored, cluster: restorer, down: [app.workload] });
  await held(async () => sqlite.restore?.plan(sealed, config, inPlace, restoring));
  await app.scale(0);

  const done = await held(async () => {
    const place = await sqlite.restore?.hold?.(config, restoring);
    assert.ok(place);
    try {
      return await sqlite.restore?.run(sealed, place.config, inPlace, restoring);
    } finally {
      assert.deepEqual(await place.release(), []);
    }
  });

  assert.deepEqual(done?.differences, []);
});

const types = [
  { apiVersion: "v1", plural: "secrets", kind: "Secret" },
  { apiVersion: "v1", plural: "configmaps", kind: "ConfigMap" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "appprojects", kind: "AppProject" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "applications", kind: "Application" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "applicationsets", kind: "ApplicationSet" },
  { apiVersion: "bitnami.com/v1alpha1", plural: "sealedsecrets", kind: "SealedSecret" },
  { apiVersion: "cert-manager.io/v1", plural: "certificates", kind: "Certificate" },
] as const;

test("Kubernetes objects of every kind come back by the restorer's role, those that are gone too", async () => {
  pods.lab.seed(
    types.flatMap(({ apiVersion, plural, kind }) => {
      const [group = "", version] = apiVersion.split("/");
      return version === undefined ? [] : [definition(group, plural, kind, version)];
    }),
  );
  pods.lab.seed(
    types.map(({ apiVersion, kind }) => ({
      apiVersion,
      kind,
      metadata: { name: `a-${kind.toLowerCase()}`, namespace },
      ...(apiVersion === "v1" ? { data: { a: "MQ==" } } : { spec: { a: "1" } }),
    })),
  );
  const config: KubernetesStore = {
    component: "kubernetes",
    store: "objects",
    kind: "kubernetes",
    namespaces: [namespace],
    selections: types.map(({ apiVersion, plural }) => ({ apiVersion, plural })),
  };
  const { sealed, stored } = await taken(kubernetes, config, { cluster: admin });
  for (const { apiVersion, plural, kind } of types) {
    const name = `a-${kind.toLowerCase()}`;
    await admin.delete({ apiVersion, plural, namespace, name });
  }

  const restoring = restoringOf({ stored, cluster: restorer });
  const done = await held(async () => kubernetes.restore?.run(sealed, config, inPlace, restoring));
  const last = await held(async () => kubernetes.restore?.last?.(sealed, config, restoring));

  assert.deepEqual([done?.differences, last?.differences], [[], []]);
  assert.match(done?.did.join() ?? "", /[5-9] objects applied/);
  assert.match(last?.did.join() ?? "", /^2 objects that Argo CD acts on/);
});

test("objects come into another namespace where the restorer's role is bound there too, and otherwise not", async () => {
  const to = "mlflow-copy";
  pods.lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: to } }]);
  const config: KubernetesStore = {
    component: "kubernetes",
    store: "objects",
    kind: "kubernetes",
    namespaces: [namespace],
    selections: types.slice(0, 2).map(({ apiVersion, plural }) => ({ apiVersion, plural })),
  };
  const { sealed, stored } = await taken(kubernetes, config, { cluster: admin });
  const restoring = restoringOf({ stored, cluster: restorer });
  const target = { kind: "namespace", namespace: to, from: undefined } as const;
  await assert.rejects(async () => kubernetes.restore?.plan(sealed, config, target, restoring), /mlflow-copy/);

  pods.lab.seed(shippedRole("restorer.yaml", to).filter(({ kind }) => kind === "RoleBinding"));
  const done = await held(async () => kubernetes.restore?.run(sealed, config, target, restoring));

  assert.deepEqual(done?.differences, []);
  assert.match(done?.did.join() ?? "", /mlflow-copy has the objects of test/);
});

test("GitLab's clients, its rails secret and the restart of its toolbox go by the restorer's role", async () => {
  const labels = { app: "toolbox", release: "gitlab" };
  const type = { apiVersion: "apps/v1", plural: "deployments" };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "toolbox", image: "registry.example.org/toolbox:1" }] },
  };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "gitlab-toolbox", namespace, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
  assert.equal((await admin.create(type, object, { fieldManager: "tests" })).kind, "written");
  const selector = { namespace, labels: "app=toolbox,release=gitlab" };
  const pod = await ready(selector);

  const after = await held(async () => {
    assert.deepEqual([await clientsUp(pod, restorer), await clientPods(pod, restorer)], [[], []]);
    const changed = await changedSecrets(
      [{ name: "gitlab-rails-secret", data: { "secrets.yml": "eA==" } }],
      namespace,
      restorer,
    );
    await giveSecretsBack(changed, namespace, restorer);
    return restartToolbox(selector, pod, restorer, restoringOf({ stored: new Map(), cluster: restorer }));
  });

  assert.notEqual(after.object.metadata.uid, pod.object.metadata.uid, "it is another pod, and ready");
  const secret = await admin.get({ apiVersion: "v1", plural: "secrets", namespace, name: "gitlab-rails-secret" });
  assert.ok(secret.kind === "known");
});

async function ready(selector: { readonly namespace: string; readonly labels: string }) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await findPod(selector, admin);
    } catch (thrown) {
      if (tries > 500) throw thrown;
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

test("each right of the role was used, and none beside it", () => {
  // What a real cluster asks for and the lab does not: `create` for server-side apply of what is not there, `get` beside `create` for a
  // connection to a pod, and a watch where a pod is not ready at once.
  const unasked = ["get pods/exec", "watch pods", ...types.map(({ plural }) => `create ${plural}`)];
  assert.deepEqual([...new Set([...used, ...unasked])].toSorted(), [...new Set(granted)].toSorted());
});

test("in another namespace the restorer may do none of it", async () => {
  const other = { apiVersion: "v1", plural: "secrets", namespace: "default", name: "x" };
  assert.equal((await restorer.get(other)).kind, "unknown");
  assert.equal((await restorer.list({ apiVersion: "v1", plural: "secrets" }, { namespace })).kind, "unknown");
});
