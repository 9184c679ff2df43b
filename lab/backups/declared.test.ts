import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { expectedStores, forgottenStores } from "../../src/backups/server/forgotten.ts";
import { defaultConfig } from "../../src/platform/config.ts";
import { Backups } from "../../src/platform/server-backups.ts";
import { ServerConfig } from "../../src/platform/server-config.ts";
import { systems } from "../../src/systems/index.ts";
import { environmentNames } from "../platform.ts";
import { programOnPath } from "../servers/children.ts";
import { StateFolder } from "../state.ts";
import { serverConfigOf, usualPace } from "../write-server-config.ts";
import { declaredBackups } from "./declared.ts";
import { makeRepositories, placesOf } from "./repositories.ts";

const data = mkdtempSync(join(tmpdir(), "millwright-lab-declared-"));
chmodSync(data, 0o755);
after(() => rmSync(data, { recursive: true, force: true }));
const folder = new StateFolder(data, new Date());
const skip = programOnPath("restic") === undefined ? "not run: restic" : false;
const ports = { cluster: 5, postgresql: 6, redis: 7, gitlab: 8, hub: 9, sharinghub: 10 };
const objectStore = {
  name: "object store",
  url: "http://127.0.0.1:1",
  accessKey: "lab",
  secretKey: "x",
  buckets: [],
  folderOf: (bucket: string) => join(data, bucket),
  close: async () => undefined,
};

const hubUrl = (environment: string): string => `https://${environment}.example.org`;

test("all three environments are backed up, and each bucket by itself or in GitLab's archive", { skip }, () => {
  const { environments } = Backups.parse(declaredBackups(environmentNames, { folder, objectStore, hubUrl }));
  assert.deepEqual(
    environments.map(({ environment }) => environment),
    environmentNames,
  );
  for (const { environment, stores } of environments) {
    const archive = stores.find((one) => one.kind === "gitlab");
    const own = stores.filter((one) => one.kind === "objects" && one.component === "gitlab").map(({ store }) => store);
    assert.deepEqual(Object.keys(archive?.kind === "gitlab" ? archive.coveredBy : {}), own, environment);
  }
});

test("of everything that the lab's components keep it is decided whether it is backed up", { skip }, () => {
  for (const store of [objectStore, undefined]) {
    const text = serverConfigOf({
      folder,
      ports: { console: 1, panel: 2, login: 3, git: 4 },
      environments: { development: ports, staging: ports, production: ports },
      objectStore: store,
      pace: usualPace,
    });
    const { endpoints, backups } = ServerConfig.parse(parse(text));
    for (const declared of backups.environments) {
      const expected = expectedStores(declared.environment, { ...defaultConfig, endpoints, systems, found: [] });
      assert.ok(expected.length >= 9, declared.environment);
      assert.deepEqual(
        forgottenStores(expected, declared).map((one) => one.store),
        [],
        declared.environment,
      );
    }
  }
});

test("production has a fence over what writes into its stores; where Argo CD heals there is none", { skip }, () => {
  const { environments } = Backups.parse(declaredBackups(environmentNames, { folder, objectStore, hubUrl }));

  assert.deepEqual(
    environments.map(({ fence }) => fence?.scaleDown.map(({ namespace, name }) => `${namespace}/${name}`)),
    [
      undefined,
      undefined,
      [
        "gitlab/gitlab-webservice-default",
        "gitlab/gitlab-sidekiq-all-in-1-v2",
        "sharinghub/mlflow-sharinghub",
        "monitoring/grafana",
      ],
    ],
  );
});

test("MLflow is asked after a restore, where people find it", { skip }, () => {
  const { environments } = Backups.parse(declaredBackups(environmentNames, { folder, objectStore, hubUrl }));

  assert.deepEqual(
    environments.map(({ ask }) => ask.map(({ component, kind, url }) => `${component} ${kind} ${url}`)),
    environmentNames.map((environment) => [`mlflow mlflow https://${environment}.example.org/mlflow`]),
  );
  for (const { environment, ask } of environments)
    assert.deepEqual(
      ask.map(({ token, ca }) => [token, ca]),
      [[{ kind: "file", path: folder.secretFile(`${environment}-gitlab-member`) }, folder.path(environment, "ca.pem")]],
    );
});

test("without an object store there is no bucket, and that is said", { skip }, () => {
  const { environments } = Backups.parse(declaredBackups(environmentNames, { folder, objectStore: undefined, hubUrl }));
  const [development] = environments;
  assert.ok(development?.stores.every(({ kind }) => kind !== "objects" && kind !== "gitlab"));
  assert.ok(development?.disposable.some(({ why }) => /no S3 gateway/.test(why)));
});

test("without restic backups are not set up", async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = data;
  try {
    assert.equal(declaredBackups(environmentNames, { folder, objectStore, hubUrl }), undefined);
    assert.equal(await makeRepositories(folder, environmentNames), false);
  } finally {
    process.env["PATH"] = path;
  }
});

test("repositories are made once, and their keys stay", { skip }, async () => {
  assert.equal(await makeRepositories(folder, ["development"]), true);
  const key = folder.secret("backup-here-development");
  const { first, second } = placesOf(folder, "development");

  assert.equal(await makeRepositories(folder, ["development"]), true);

  assert.equal(folder.secret("backup-here-development"), key);
  assert.notEqual(first.repository, second.repository);
  // restic's own key, and the quick one.
  for (const { repository } of [first, second]) assert.equal(readdirSync(join(repository, "keys")).length, 2);
});
