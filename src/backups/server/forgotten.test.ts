import assert from "node:assert/strict";
import { test } from "node:test";
import { Backups } from "../../platform/server-backups.ts";
import type { Holder } from "../../systems/contract.ts";
import { expectedStores, forgottenStores } from "./forgotten.ts";

const forgotten = (component: string, heldBy: readonly [Holder, ...Holder[]], declared: object) => {
  const { environments } = Backups.parse({
    environments: [{ environment: "production", repository: "/backups", key: "env:KEY", ...declared }],
  });
  const expected = { component, store: `${component}/database`, title: "the database", heldBy };
  const [environment] = environments;
  assert.ok(environment);
  return forgottenStores([expected], environment).length === 1;
};

const postgresql: Holder = { kind: "postgresql" };
const sqlite: Holder = { kind: "sqlite" };
const pod = { namespace: "mlflow", labels: "app=mlflow" };
const place = { endpoint: "https://s3.example.org", bucket: "b", accessKey: "env:A", secretKey: "env:B" };
const archive = { component: "gitlab", kind: "gitlab", toolbox: pod, backups: place };

test("a store counts by what it holds, whatever it is called, and of its own component", () => {
  const runs = { component: "mlflow", store: "runs", kind: "sqlite", pod, path: "/data/mlflow.db" };
  const redis = { component: "mlflow", kind: "redis", url: "env:URL" };

  assert.equal(forgotten("mlflow", [postgresql, sqlite], { stores: [runs] }), false);
  assert.equal(forgotten("mlflow", [postgresql, sqlite], { stores: [{ ...runs, component: "other" }] }), true);
  assert.equal(forgotten("mlflow", [postgresql], { stores: [runs] }), true);
  assert.equal(forgotten("mlflow", [postgresql, sqlite], { stores: [redis] }), true);
  assert.equal(forgotten("mlflow", [postgresql], { stores: [{ ...runs, store: "database" }] }), false);
});

test("GitLab's archive holds its database and its secrets unless it leaves them out", () => {
  const db: Holder = { kind: "gitlab", part: "db" };
  const secrets: Holder = { kind: "gitlab", part: "secrets" };

  assert.equal(forgotten("gitlab", [postgresql, db], { stores: [archive] }), false);
  assert.equal(forgotten("gitlab", [postgresql, db], { stores: [{ ...archive, skip: ["db"] }] }), true);
  assert.equal(forgotten("gitlab", [secrets], { stores: [archive] }), true);
  assert.equal(forgotten("gitlab", [secrets], { stores: [{ ...archive, secrets: ["rails"] }] }), false);
});

test("objects of the cluster count where the namespace and the type are among those that are saved", () => {
  const secrets: Holder = { kind: "kubernetes", plural: "secrets", namespace: "sharinghub" };
  const saved = (more: object) => ({ stores: [{ kind: "kubernetes", namespaces: ["gitlab"], ...more }] });
  const only = (plural: string, more = {}) => ({ selections: [{ apiVersion: "v1", plural, ...more }] });

  assert.equal(forgotten("hub", [secrets], saved({})), true);
  assert.equal(forgotten("hub", [{ ...secrets, namespace: undefined }], saved({})), false);
  assert.equal(forgotten("hub", [secrets], saved({ component: "hub" })), false);
  for (const namespace of ["hub", "sharinghub"]) {
    const namespaces = [namespace];
    assert.equal(forgotten("hub", [secrets], saved({ namespaces })), false);
    assert.equal(forgotten("hub", [secrets], saved({ namespaces, ...only("configmaps") })), true);
    assert.equal(forgotten("hub", [secrets], saved({ namespaces, ...only("secrets", { labels: "a=b" }) })), true);
  }
});

test("what an object store keeps is held by a backup of anybody's bucket", () => {
  const bucket = { stores: [{ component: "mlflow", kind: "objects", ...place }] };

  assert.equal(forgotten("minio", [{ kind: "objects" }], bucket), true);
  assert.equal(forgotten("minio", [{ kind: "objects", ofAny: true }], bucket), false);
});

test("others' backups count by the store that they name, and of a database by what makes them", () => {
  const foreign = (store: string, more: object) => ({ foreign: [{ component: "mlflow", store, ...more }] });

  assert.equal(forgotten("mlflow", [postgresql], foreign("database", { by: "velero", saves: "mlflow" })), false);
  assert.equal(forgotten("mlflow", [postgresql], foreign("all", { by: "velero", saves: "mlflow" })), true);
  const cluster = { by: "cloudnative-pg", namespace: "mlflow", cluster: "db" };
  assert.equal(forgotten("mlflow", [postgresql], foreign("pg", cluster)), false);
  assert.equal(forgotten("mlflow", [sqlite], foreign("pg", cluster)), true);
});

test("what repositories and clusters show counts where nobody named a component of that system", () => {
  const system = (id: string) => ({ id, keeps: [{ id: "database", title: "Its database", heldBy: [postgresql] }] });
  const expected = (known: object) =>
    expectedStores("production", {
      components: [],
      endpoints: [],
      disposable: [],
      systems: [system("mlflow"), system("gitlab"), { id: "argocd" }],
      found: ["mlflow", "argocd", null].map((of) => ({ name: `the-${of}`, system: of })),
      ...known,
    } as never).map(({ store, isFound }) => [store, isFound === true]);

  assert.deepEqual(expected({}), [["the-mlflow/database", true]]);
  const named = (environment: string) => ({ components: [{ name: "mlflow", system: "mlflow", environment }] });
  assert.deepEqual(expected(named("production")), [["mlflow/database", false]]);
  assert.deepEqual(expected(named("staging")), [["the-mlflow/database", true]]);
  assert.deepEqual(expected({ disposable: [{ store: "the-mlflow/database", why: "a copy" }] }), []);
});

test("what was found alone may be backed up under a name that only its backups have", () => {
  const { environments } = Backups.parse({
    environments: [
      {
        environment: "production",
        repository: "/backups",
        key: "env:KEY",
        stores: [{ component: "mlflow", kind: "postgresql", url: "env:URL" }],
      },
    ],
  });
  const [declared] = environments;
  assert.ok(declared);
  const store = (component: string, isFound: boolean) => ({
    component,
    store: `${component}/database`,
    title: "the database",
    heldBy: [postgresql] as const,
    isFound,
  });
  assert.deepEqual(forgottenStores([store("mlflow-sharinghub", true)], declared), []);
  assert.equal(forgottenStores([store("mlflow-sharinghub", false)], declared).length, 1, "somebody named it so");
  const both = [store("mlflow", true), store("keycloak", true)];
  assert.deepEqual(
    forgottenStores(both, declared).map(({ component }) => component),
    ["keycloak"],
    "MLflow's backup is MLflow's",
  );
});
