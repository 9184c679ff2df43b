import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { millwright } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret, production } = site();
const url = secret("url", await databaseWith(`${mlflowTables}${mlflowRows}`));
const mlflow = "component: mlflow, url: https://hub.example.org/mlflow";

/** Writes what is asked after a restore, by the fields beside component and address. */
function declare(fields: string): void {
  const text = production({
    head: "mode: act\n",
    key: "canary-77a1",
    stores: [`{ component: mlflow, kind: postgresql, url: "${url}" }`],
    more: [`ask: [{ ${mlflow}, ${fields} }]`],
  });
  writeFileSync(join(dir, "millwright.server.yaml"), text);
}

const seen: (string | undefined)[] = [];
async function run(...args: readonly string[]) {
  const said = await millwright(dir, ["backup", ...args], {
    http: {
      fetch: async (_, request) => {
        seen.push(request?.headers?.["authorization"]);
        return { status: 200, headers: {}, body: JSON.stringify({ registered_models: [{ name: "iris" }] }) };
      },
    },
  });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary/);
  return said;
}

declare(`token: "${secret("token", "canary-token\n")}"`);
await run("init");
quickenKey(join(dir, "repository"), "canary-77a1");
const { point } = JSON.parse((await run("run", "--no-prove", "-o", "json")).out) as { point: { id: string } };

async function restored() {
  const said = await run("restore", point.id, "--in-place", "--yes", "--no-safety-backup", "-o", "json");
  const { state, applications } = JSON.parse(said.out) as {
    state: string;
    applications: readonly { state: string; words: string }[];
  };
  return { code: said.code, state, applications };
}

test("MLflow is shown the token that is named for it", async () => {
  const { code, state, applications } = await restored();

  assert.deepEqual([code, state, seen], [0, "restored", ["Bearer canary-token"]]);
  assert.deepEqual(
    applications.map(({ state: said, words }) => `${said}: ${words}`),
    ["passed: mlflow lists 1 registered model"],
  );
});

test("a secret or certificates that cannot be read leave the restore as it is, and MLflow unknown", async () => {
  for (const [fields, words] of [
    [`token: "file:${join(dir, "nowhere")}"`, /mlflow could not be asked: .*nowhere/],
    [
      `ca: ${join(dir, "nowhere.pem")}`,
      /mlflow could not be asked: the certificates to trust cannot be read: .*ENOENT/,
    ],
  ] as const) {
    declare(fields);
    const { code, state, applications } = await restored();
    assert.deepEqual([code, state, applications.map((one) => one.state)], [0, "restored", ["unknown"]]);
    assert.match(applications[0]?.words ?? "", words);
  }
});

test("a login and a token at once are refused", async () => {
  declare(`login: "${secret("login", "ana:canary")}", token: "${secret("token", "canary-token")}"`);
  const said = await run("restore", point.id, "--in-place");
  assert.equal(said.code, 1);
  assert.match(said.err, /name a login or a token, not both/);
});
