import assert from "node:assert/strict";
import { after, test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { PlatformConfig } from "../platform/schema.ts";
import { testStore } from "../store/test-support.ts";
import { judgeConfiguration } from "./in-force.ts";
import { observeConfiguration } from "./observe-configuration.ts";
import { listFindings } from "./store-read.ts";

const store = await testStore();
after(() => store.close());

const file = { schema: PlatformConfig, source: "configuration:platform", name: "millwright.yaml" };
const at = (day: number) => instantOf(Date.UTC(2026, 10, day));
const read = (text: string | undefined, day: number) => observeConfiguration(store, { ...file, text }, at(day));

async function complaints(): Promise<readonly string[]> {
  const rows = await listFindings(store, { state: "open", visible: undefined }, { after: undefined, limit: 10 });
  return rows.map(({ message, places }) => `${places[0].line}: ${message.split(";")[0]}`);
}

test("the last valid configuration stays in force while a newer one is wrong, and its mistakes are findings", async () => {
  assert.equal((await read("platform: one\n", 1))?.platform, "one");
  assert.equal((await read("platform: two\npolcy: {}\n", 2))?.platform, "one");
  assert.deepEqual(await complaints(), ['2: unknown key "polcy"']);

  assert.equal((await read("platform: three\nfreezes: {}\n", 3))?.platform, "one");
  assert.equal((await complaints()).length, 1);

  assert.equal((await read("platform: four\n", 4))?.platform, "four");
  assert.deepEqual(await complaints(), []);
});

test("a file that vanishes leaves its last words in force", async () => {
  await read("platform: kept\n", 5);
  assert.equal((await read(undefined, 6))?.platform, "kept");
  assert.deepEqual(await complaints(), ["1: the file was there and is gone"]);
  assert.equal((await read("", 7))?.platform, "platform");
});

test("where there never was a valid one nothing is in force, and no file at all is the default", () => {
  const verdict = judgeConfiguration(PlatformConfig, "millwright.yaml", "platfrom: x", undefined);
  assert.ok(verdict.kind === "refused" && verdict.inForce === undefined);
  assert.equal(judgeConfiguration(PlatformConfig, "millwright.yaml", undefined, undefined).kind, "valid");
});

test("a text that an older version accepted and this one does not is not in force", () => {
  const verdict = judgeConfiguration(PlatformConfig, "millwright.yaml", "platform: [", "former: true");
  assert.ok(verdict.kind === "refused" && verdict.inForce === undefined);
});
