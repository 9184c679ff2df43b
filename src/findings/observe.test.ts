import assert from "node:assert/strict";
import { after, test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { testStore } from "../store/test-support.ts";
import { defineRule, type Rule } from "../systems/contract.ts";
import { memoryTree } from "./examples.ts";
import { observeRepository } from "./observe.ts";
import { listComponents, listPins, listSources } from "./store-inventory.ts";
import { listFindings } from "./store-read.ts";

const store = await testStore();
after(() => store.close());

const moving: Rule = defineRule({
  id: "test-moving",
  title: "An image moves",
  group: "pinning",
  severity: "high",
  why: "w",
  sources: [],
  fix: "pin it",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of pins)
      if (pin.state === "moving") {
        const at = { file: pin.file, line: pin.line, column: pin.column };
        yield { kind: "finding", subject: `image/${pin.name}`, at, message: "moves", fix: "pin it" };
      }
  },
  examples: { failing: [{ name: "f", files: {} }], passing: [{ name: "p", files: {} }] },
});

const source = { id: "repository:demo" };

function observe(files: Readonly<Record<string, string>>, day: number) {
  const now = instantOf(Date.UTC(2026, 10, day));
  return observeRepository(
    store,
    { tree: memoryTree(files), config: defaultConfig, systems: [], rules: [moving], now },
    source,
  );
}

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ${image}\n`;

test("a repository is audited and kept; a file that breaks hides nothing, a mended one closes its finding", async () => {
  const [opened] = await observe({ "web.yaml": deployment("nginx:latest") }, 1);
  assert.equal(opened?.kind, "opened");
  const visible = undefined;
  const [pin] = await listPins(store, { visible }, { after: undefined, limit: 10 });
  assert.deepEqual([pin?.name, pin?.state, pin?.source], ["nginx", "moving", "repository:demo"]);

  const [doubt] = await observe({ "web.yaml": `${deployment("nginx:latest")}broken: [\n` }, 2);
  assert.equal(doubt?.kind, "cannot-tell");

  const [closed] = await observe({ "web.yaml": deployment("nginx:1.27.3") }, 3);
  assert.deepEqual(closed, { id: opened?.id, kind: "closed" });
  assert.equal((await listFindings(store, { state: "open", visible }, { after: undefined, limit: 10 })).length, 0);
});

test("what a repository is made of is that of the last look", async () => {
  await observe({ "web.yaml": deployment("nginx:latest"), "old.yaml": deployment("redis:latest") }, 4);
  await observe({ "web.yaml": deployment("nginx:1.27.3") }, 5);

  const all = { after: undefined, limit: 10 };
  const pins = await listPins(store, { visible: undefined }, all);
  assert.deepEqual(
    pins.map(({ name, state }) => [name, state]),
    [["nginx", "pinned"]],
  );
  assert.deepEqual(await listPins(store, { visible: ["production"] }, all), []);
  const [summary] = await listSources(store);
  assert.deepEqual([summary?.source, summary?.summary.findings, summary?.summary.rules], ["repository:demo", 0, 1]);
  assert.equal((await listComponents(store, { visible: undefined, system: "nothing" }, all)).length, 0);
});

test("who asks is told of findings that open, in the transaction that keeps them, and not again", async () => {
  const told: string[] = [];
  const input = {
    tree: memoryTree({ "web.yaml": deployment("memcached:latest") }),
    config: defaultConfig,
    systems: [],
    rules: [moving],
  };
  const look = (day: number, fails = false) =>
    observeRepository(
      store,
      { ...input, now: instantOf(Date.UTC(2026, 11, day)) },
      { id: "repository:told" },
      async (_, found) => {
        told.push(...found.map(({ subject }) => subject));
        if (fails) throw new Error("no incident could be opened");
      },
    );
  await assert.rejects(look(1, true), /no incident/);
  assert.equal(
    (await listSources(store)).some(({ source: id }) => id === "repository:told"),
    false,
    "nothing is kept",
  );
  await look(2);
  await look(3);
  assert.deepEqual(told, ["image/memcached", "image/memcached"]);
});
