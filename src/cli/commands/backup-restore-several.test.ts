import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { flipLargestPack, site } from "./backup.test-support.ts";

const { dir, secret, production } = site();
const [mlflow, keycloak] = await Promise.all([
  databaseWith(`${mlflowTables}${mlflowRows}`),
  databaseWith(`create table realm (id int primary key, words text);
    insert into realm select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 20000) g`),
]);
writeFileSync(
  join(dir, "millwright.server.yaml"),
  production({
    key: "canary-21c8",
    stores: [
      `{ component: mlflow, kind: postgresql, url: "${secret("mlflow", mlflow)}" }`,
      `{ component: keycloak, kind: postgresql, url: "${secret("keycloak", keycloak)}" }`,
    ],
  }),
);
const run = (...args: readonly string[]): Promise<Said> => millwright(dir, ["backup", ...args]);

await run("init");
quickenKey(join(dir, "repository"), "canary-21c8");
const taken = await run("run", "--no-prove", "-o", "json");
const { point } = JSON.parse(taken.out) as { readonly point: { readonly id: string } };

test("where a store of several cannot be restored, it is said which are there by then", async () => {
  flipLargestPack({ dir });
  const to = join(dir, "files");

  const { code, out, err } = await run("restore", point.id, "--to", to, "--yes", "--quiet");

  assert.deepEqual([code, out], [1, ""], err);
  assert.match(err, /; restored before that: mlflow\/database\n$/);
  assert.ok(existsSync(join(to, "mlflow-database", "manifest.json")));
  assert.deepEqual(readdirSync(to), ["mlflow-database"]);
  const rest = ["restore", point.id, "--store", "mlflow/database", "--to", join(dir, "other"), "--yes", "--quiet"];
  assert.equal((await run(...rest)).code, 0);
});
