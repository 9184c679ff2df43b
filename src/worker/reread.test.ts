import assert from "node:assert/strict";
import { test } from "node:test";
import { listFindings } from "../findings/store-read.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Tree } from "../kernel/ports.ts";
import { testStore } from "../store/test-support.ts";
import { configInForce, rereadJob } from "./reread.ts";

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const entries = Object.entries(files).map(([path, text]) => ({ path, size: text.length, version: text }));
  return {
    label: "platform",
    list: async () => ({ files: entries, skipped: [] }),
    read: async (wanted) => wanted.map(({ path }) => new TextEncoder().encode(files[path] ?? "")),
  };
}

test("an invalid millwright.yaml is a finding, the last valid one stays in force, and the rest is still read", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const now = instantOf(Date.UTC(2026, 10, 20));
  const shown = { files: {} as Readonly<Record<string, string>>, revision: "1" };
  const job = rereadJob(
    { name: "platform", everySeconds: 60, open: async () => ({ tree: treeOf(shown.files), revision: shown.revision }) },
    { systems: [], rules: [] },
  );
  const read = (files: Readonly<Record<string, string>>): Promise<void> => {
    shown.files = files;
    return job.run({ store, now, signal: new AbortController().signal, missed: 0 });
  };
  const open = async (): Promise<readonly string[]> => {
    const rows = await listFindings(store, { state: "open", visible: undefined }, { after: undefined, limit: 50 });
    return rows.map(({ rule }) => rule);
  };

  assert.equal((await configInForce(store, "platform")).platform, "platform", "nothing was read yet");
  await read({ "millwright.yaml": "platform: mlops\n" });
  assert.equal((await configInForce(store, "platform")).platform, "mlops");
  await read({ "millwright.yaml": "platfrom: misspelt\n" });
  assert.equal((await configInForce(store, "platform")).platform, "mlops");
  assert.deepEqual(await open(), ["configuration-invalid"]);
  await read({ "millwright.yaml": "platform: right\n" });
  assert.equal((await configInForce(store, "platform")).platform, "right");
  assert.deepEqual(await open(), []);
});
