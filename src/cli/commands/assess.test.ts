import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { startKubernetes } from "../../../lab/kubernetes/index.ts";
import { platformDefinitions, platformNow, platformObjects } from "../../../lab/kubernetes/platform.ts";
import { observerFile } from "../../assess/rbac.test-support.ts";
import { folderWith, millwright } from "../shell.test-support.ts";

const lab = await startKubernetes({ stepMs: 0, now: () => platformNow });
after(() => lab.close());
lab.seed(platformDefinitions);
lab.seed(platformObjects);
lab.seed(observerFile());
const kubeconfig = lab.kubeconfig("millwright/millwright-observer");

test("the page is whole, fetches nothing and runs nothing", async (context) => {
  const dir = folderWith(context, {});

  const said = await millwright(dir, ["assess", "--kubeconfig", kubeconfig, "--output-file", "page.html"]);

  const page = readFileSync(join(dir, "page.html"), "utf8");
  assert.equal(said.code, 0, said.err);
  assert.equal(said.out, "");
  assert.match(page, /^<!doctype html>/);
  assert.equal(/<script|src=|url\(|@import/.test(page), false);
  assert.match(page, /Do this first/);
  assert.match(page, /What could not be seen/);
});

test("every format says the same of the same cluster", async (context) => {
  const dir = folderWith(context, {});
  const outputs: Record<string, string> = {};
  for (const format of ["table", "json", "yaml", "markdown"]) {
    const said = await millwright(dir, ["assess", "--kubeconfig", kubeconfig, "-o", format]);
    assert.equal(said.code, 0, said.err);
    outputs[format] = said.out;
  }

  const parsed = JSON.parse(outputs["json"] ?? "") as { readonly schema: string; readonly at: string };
  assert.equal(parsed.schema, "millwright/assessment/1");
  assert.match(parsed.at, /^2026-11-20T09/);
  for (const text of Object.values(outputs)) assert.match(text, /indexer-5d8f7c9b6d-x7k2p/);
  assert.match(outputs["markdown"] ?? "", /\| \*\*bad\*\* \|/);
});

test("hostile text of a cluster stays text", async (context) => {
  const dir = folderWith(context, {});
  lab.seed([
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "hostile", namespace: "mlops" },
      type: "Warning",
      reason: "<script>alert(1)</script>",
      message: "\u001b[2J <img src=x onerror=alert(1)> | `x` |",
      count: 9999,
      involvedObject: { kind: "Pod", name: "a", namespace: "mlops" },
    },
  ]);

  const html = await millwright(dir, ["assess", "--kubeconfig", kubeconfig]);
  const table = await millwright(dir, ["assess", "--kubeconfig", kubeconfig, "-o", "table"]);

  assert.match(html.out, /&lt;script&gt;/);
  assert.match(table.out, /\\u001b/);
  assert.equal(/<script|<img/.test(html.out), false);
  assert.equal(table.out.includes("\u001b"), false);
});

test("--fail-on bad exits 2 where something is wrong", async (context) => {
  const dir = folderWith(context, {});

  const said = await millwright(dir, ["assess", "--kubeconfig", kubeconfig, "-o", "json", "--fail-on", "bad"]);

  assert.equal(said.code, 2);
});

test("what is wrong with the question is said in words", async (context) => {
  const dir = folderWith(context, {
    "millwright.yaml": "platform: mlops\nenvironments: [ { name: production, paths: [ apps ] } ]\n",
    unreachable: JSON.stringify({
      "current-context": "x",
      clusters: [{ name: "x", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "x", user: { token: "canary-token" } }],
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
    }),
  });
  const said = async (...args: readonly string[]): Promise<string> => {
    const { code, err } = await millwright(dir, ["assess", ...args]);
    assert.equal(code, 1);
    assert.equal(err.includes("canary-token"), false);
    return err;
  };

  assert.match(await said(), /No cluster to ask: name a kubeconfig/);
  assert.match(await said("--kubeconfig", "nothing"), /There is no kubeconfig .*nothing/);
  assert.match(
    await said("--kubeconfig", "unreachable"),
    /127\.0\.0\.1:1\/version: nothing listens there .*; check the server's address/,
  );
  assert.match(await said("--kubeconfig", kubeconfig, "--context", "other"), /has no context other/);
  assert.match(await said(".", "--environment", "prod", "--kubeconfig", kubeconfig), /It has: production/);
});

test("doctor access says complete, and exits 2 for what the account is not meant for", async (context) => {
  const dir = folderWith(context, {});
  const doctor = (...args: readonly string[]) =>
    millwright(dir, ["doctor", "access", "--kubeconfig", kubeconfig, "--namespace", "mlops", ...args]);

  const observer = await doctor("--for", "observer");
  const changer = await doctor("--for", "changer", "-o", "json");

  assert.equal(observer.code, 0);
  assert.match(observer.out, /observer\s+complete/);
  assert.match(observer.out, /missing {3}patch deployments\.apps in mlops/);
  assert.equal(changer.code, 2);
  assert.deepEqual(lab.mutations(), []);
});
