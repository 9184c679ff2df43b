import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemError } from "../../kernel/errors.ts";
import { formatSecretRef } from "../../platform/secret-ref.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { secretsNeeded, withSecrets } from "./secrets.ts";
import { worksThere } from "./verbs.ts";

const config = ServerConfig.parse({
  database: { url: "store:own-url" },
  clusters: [
    {
      environment: "production",
      kubeconfig: "store:observer",
      backup: "kubernetes:millwright/accounts/backup",
      write: "store:changer",
    },
  ],
  backups: {
    signingKey: "store:signing",
    environments: [
      {
        environment: "production",
        repository: "s3:https://s3.example.org/backups",
        key: "kubernetes:millwright/restic/production",
        variables: { AWS_ACCESS_KEY_ID: "env:KEY_ID", AWS_SECRET_ACCESS_KEY: "store:s3" },
        stores: [
          { component: "mlflow", kind: "postgresql", url: "store:mlflow-url" },
          { component: "keycloak", kind: "postgresql", url: "file:/run/secrets/keycloak" },
          { kind: "kubernetes", namespaces: ["mlflow"] },
          { kind: "millwright" },
        ],
      },
    ],
  },
});

const needed = (...args: readonly string[]) =>
  secretsNeeded(config, { args, environment: "production" }).map(formatSecretRef);
const repository = ["kubernetes:millwright/restic/production", "store:s3"];

test("who only looks into the repository is handed what opens it, and no store's secret", () => {
  assert.deepEqual(needed("backup", "list", "-o", "json"), repository);
  assert.deepEqual(needed("backup", "prove", "mlflow-1"), repository);
  assert.deepEqual(needed("backup", "drill", "--show", "drill-1", "-o", "json"), repository);
  assert.deepEqual(needed("receipt", "verify", "line"), [...repository, "store:signing"]);
});

test("a run of one store is handed that store's secret alone; a changer's only where there is a fence", () => {
  const account = "kubernetes:millwright/accounts/backup";
  assert.deepEqual(needed("backup", "run", "--store", "mlflow/database"), [...repository, "store:mlflow-url", account]);
  assert.deepEqual(needed("backup", "run", "--store", "keycloak/database"), [...repository, account]);
  assert.deepEqual(needed("backup", "run"), [...repository, "store:mlflow-url", account, "store:own-url"]);
});

test("a restore where the stores are is handed the account that restores, the changer's where none is; one to a folder neither", () => {
  const place = ["backup", "restore", "mlflow-1", "--store", "keycloak/database"];
  const withRestorer = {
    ...config,
    clusters: config.clusters.map((one) => ({ ...one, restore: { kind: "store" as const, name: "restorer" } })),
  };
  const handed = (of: typeof config, ...args: readonly string[]) =>
    secretsNeeded(of, { args: [...place, ...args], environment: "production" })
      .map(formatSecretRef)
      .filter((ref) => ref === "store:changer" || ref === "store:restorer");

  assert.deepEqual(handed(config, "--in-place", "--yes"), ["store:changer"]);
  assert.deepEqual(handed(withRestorer, "--in-place", "--yes"), ["store:restorer"]);
  assert.deepEqual(handed(withRestorer, "--to", "database:copy"), ["store:restorer"]);
  assert.deepEqual(handed(withRestorer, "--undo", "restore-r1-restore"), ["store:restorer"]);
  assert.deepEqual(handed(withRestorer, "--to", "./folder"), []);
  assert.ok(!needed("backup", "run").includes("store:changer"));
});

test("what gives a fence back is handed what the fence asks by, and no store's secret", () => {
  const [declared] = config.backups.environments;
  assert.ok(declared);
  const token = { kind: "store" as const, name: "gitlab-admin" };
  const fence = { scaleDown: [], gitlab: { url: "https://gitlab.example.org", token }, waitSeconds: 300 };
  const fenced = { ...config, backups: { ...config.backups, environments: [{ ...declared, fence }] } };
  const args = ["backup", "give-back", "--of", "run-1/take", "--yes", "-o", "json"];
  assert.deepEqual(secretsNeeded(fenced, { args, environment: "production" }).map(formatSecretRef), [
    ...repository,
    "store:gitlab-admin",
    "store:observer",
    "store:changer",
  ]);
  assert.ok(worksThere(args), "beside the stores, where its accounts may be");
});

test("a GitLab that is brought back is handed its databases' secrets too, in which is looked what came back", () => {
  const [declared] = config.backups.environments;
  assert.ok(declared);
  const at = { namespace: "gitlab", labels: "app=toolbox" };
  const stores = ServerConfig.parse({
    backups: {
      environments: [
        {
          environment: "production",
          repository: "s3:https://s3.example.org/backups",
          key: "store:key",
          stores: [
            { component: "gitlab", kind: "postgresql", url: "kubernetes:gitlab/database/url" },
            { component: "mlflow", kind: "postgresql", url: "store:mlflow-url" },
            { component: "postgresql", store: "ci", kind: "postgresql", url: "store:ci-url" },
            {
              component: "gitlab",
              kind: "gitlab",
              databases: { ci: "postgresql/ci" },
              toolbox: at,
              backups: {
                endpoint: "https://s3.example.org",
                bucket: "b",
                accessKey: "store:id",
                secretKey: "store:secret",
              },
            },
          ],
        },
      ],
    },
  });
  const handed = (...args: readonly string[]) =>
    secretsNeeded(stores, { args: ["backup", ...args, "--store", "gitlab/backup"], environment: "production" }).map(
      formatSecretRef,
    );
  assert.deepEqual(handed("restore", "gitlab-1", "--in-place"), [
    "store:key",
    "kubernetes:gitlab/database/url",
    "store:ci-url",
    "store:id",
    "store:secret",
  ]);
  assert.deepEqual(handed("run"), ["store:key", "store:id", "store:secret"]);
});

test("an environment that is not declared is handed nothing", () => {
  assert.deepEqual(secretsNeeded(config, { args: ["backup", "run"], environment: "staging" }), []);
});

test("a secret that cannot be had ends the call before the runner starts", async () => {
  const started: unknown[] = [];
  const runner = {
    call: async (call: unknown) => {
      started.push(call);
      return { code: 0, output: "", errors: "" };
    },
  };
  const refused = withSecrets(
    runner,
    () => config,
    () => Promise.reject(new SystemError("the cluster does not answer", "retry")),
  );
  const call = { args: ["backup", "list"], environment: "production", signal: new AbortController().signal };
  await assert.rejects(refused.call(call), /does not answer/);
  assert.deepEqual(started, []);
});
