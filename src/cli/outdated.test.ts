import assert from "node:assert/strict";
import { test } from "node:test";
import { folderWith, millwright } from "./shell.test-support.ts";
import { deployment, gitlabApplication } from "./trees.test-support.ts";

test("end of life is told from the shipped dates with an empty cache and nobody to ask", async (context) => {
  const dir = folderWith(context, {
    "gitlab.yaml": gitlabApplication("8.1.0"),
    "db.yaml": deployment("db", "postgres:12.4"),
  });

  const { out, code } = await millwright(dir, ["outdated", "--offline", "-o", "json"]);

  const { rows } = JSON.parse(out) as { readonly rows: readonly { readonly name: string; readonly state: string }[] };
  assert.deepEqual(rows.map(({ name, state }) => `${name} ${state}`).sort(), [
    "gitlab end-of-life",
    "postgres end-of-life",
  ]);
  assert.equal(code, 2);
});
