import assert from "node:assert/strict";
import { test } from "node:test";
import { folderWith, millwright } from "../shell.test-support.ts";

const plan = ["upgrade", "plan", "gitlab", "--from", "17.1.8", "--to", "18.2"];

test("in a pipe and in a narrow terminal a plan is a list of hops whose words stay whole", async (context) => {
  const dir = folderWith(context, {});
  for (const columns of [undefined, 80, 120]) {
    const { out } = await millwright(dir, plan, { terminal: { columns, colour: false } });
    const lines = out.split("\n").slice(1);

    assert.ok(lines.includes("1. gitlab 17.1.8 → 17.3.7, chart 8.3.7"), out);
    assert.match(out.replace(/\n +/g, " "), /kubernetes-support/);
    assert.ok(Math.max(...lines.filter((line) => line.startsWith("   ")).map((line) => line.length)) <= 120);
  }
});

test("in a wide terminal a plan is a table", async (context) => {
  const { out } = await millwright(folderWith(context, {}), plan, { terminal: { columns: 200, colour: false } });

  assert.match(out, /^# +SYSTEM +FROM → TO +CHART/m);
});

test("systems are listed by the inventory's ids", async (context) => {
  const { out } = await millwright(folderWith(context, {}), ["upgrade", "systems"]);

  assert.match(out, /^argocd$/m);
  assert.doesNotMatch(out, /argo-cd/);
});
