import assert from "node:assert/strict";
import { after, test } from "node:test";
import { findPod } from "../src/backups/kinds/pod.ts";
import { usersOf } from "../src/backups/kinds/postgresql/effective.ts";
import { openKubeWriter } from "../src/edge/kube.ts";
import { eventually, oneEnvironment } from "./environment.test-support.ts";

/* Which workloads use the lab's databases, by the account that backs them up. */

const platform = await oneEnvironment();
after(() => platform.close());
const { environment } = platform;
const kubeconfig = environment.cluster.kubeconfig("millwright/millwright-backup-runner");
const cluster = openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
const signal = new AbortController().signal;

async function isReady(namespace: string, labels: string): Promise<boolean> {
  return findPod({ namespace, labels }, cluster).then(
    () => true,
    () => false,
  );
}

async function users(component: string, namespace: string, database: string, down: readonly string[]) {
  const pod = await findPod({ namespace, labels: `app.kubernetes.io/instance=${component}-postgresql` }, cluster);
  return usersOf({ pod, database }, component, { cluster, down, signal });
}

test("each database is used by its application, also while the fence holds that down", async () => {
  for (const [namespace, name] of [
    ["gitlab", "gitlab-postgresql"],
    ["sharinghub", "mlflow-postgresql"],
    ["sharinghub", "sharinghub"],
    ["keycloak", "keycloak-postgresql"],
  ] as const)
    await eventually(`${name} is ready`, () => isReady(namespace, `app.kubernetes.io/instance=${name}`));
  // As production's fence names them (backups/declared.ts).
  const down = ["gitlab/gitlab-webservice-default", "sharinghub/mlflow-sharinghub"].map((name) => `deployment ${name}`);

  /** Once Argo CD has made what uses it. */
  const usedBy = async (component: string, namespace: string, database: string) => {
    const found = async () => users(component, namespace, database, down);
    await eventually(`${component} uses its database`, async () => (await found()).kind === "used");
    const last = await found();
    return last.kind === "used" ? last.by.join() : assert.fail(last.why);
  };
  assert.equal(await usedBy("mlflow", "sharinghub", "mlflow"), "mlflow-sharinghub, Secret mlflow-sharinghub");
  assert.match(await usedBy("gitlab", "gitlab", "gitlabhq_production"), /^gitlab-webservice-default, DATABASE_HOST/);
  assert.match(await usedBy("keycloak", "keycloak", "keycloak"), /^keycloak-.*, KC_DB_URL_HOST/);
  const strange = await users("mlflow", "sharinghub", "other", down);
  assert.equal(strange.kind, "not-used", JSON.stringify(strange));
});
