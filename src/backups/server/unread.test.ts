import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBench } from "../../engine/test-support.ts";
import { SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { keepRemovalsListed, readRemovals } from "./removals.ts";

const { store } = await openBench();
after(() => store.close());

const environment = "staging";
const at = (minutes: number): Instant => instantOf(Date.UTC(2026, 10, 20, 12, minutes));
const listed = (...ids: readonly string[]) => ({ removals: ids.map((id, index) => ({ id, at: at(-index) })) });

/** What is asked for at a moment; nothing answers. */
async function asked(minutes: number): Promise<readonly string[]> {
  const ids: string[] = [];
  await readRemovals(store, environment, at(minutes), async (id) => {
    ids.push(id);
    throw new SystemError("away", "retry");
  });
  return ids;
}

test("what does not answer is asked again after ten minutes, a few at a time, the newest first", async () => {
  await keepRemovalsListed(store, environment, listed("a", "b", "c", "d"));
  assert.deepEqual(await asked(0), ["a", "b", "c"]);
  assert.deepEqual(await asked(1), ["d"]);
  assert.deepEqual(await asked(9), []);
  assert.deepEqual(await asked(10), ["a", "b", "c"]);
});

test("a record that went before it was read is asked for no more", async () => {
  await keepRemovalsListed(store, environment, listed("d"));
  assert.deepEqual(await asked(30), ["d"]);
  await keepRemovalsListed(store, environment, listed());
  assert.deepEqual(await asked(60), []);
});

test("our own fault is thrown", async () => {
  await keepRemovalsListed(store, environment, listed("e"));
  const broken = readRemovals(store, environment, at(90), async () => {
    throw new TypeError("a fault of ours");
  });
  await assert.rejects(broken, /a fault of ours/);
});
