import assert from "node:assert/strict";
import { test } from "node:test";
import { testStore } from "../store/test-support.ts";
import type { ActionContext, AnyAction } from "./action.ts";
import { advisoryLock } from "./advisory-lock.ts";
import { underLock } from "./target-lock.ts";

test("of two control planes that change one target at once, one is told that it is locked", async () => {
  const target = await testStore();
  const effects: string[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const action: AnyAction = {
    id: "migrate",
    alreadyDone: async ({ mark }) => (effects.includes(mark) ? { mark } : undefined),
    async run({ mark }) {
      begin();
      await gate;
      effects.push(mark);
      return { kind: "done", message: "migrated" };
    },
  };
  const context = (mark: string) => ({ mark, signal: new AbortController().signal }) as ActionContext;
  const locked = underLock(action, advisoryLock(target), ({ database }) => `database/${String(database)}`);

  const first = locked.run(context("a/migrate"), { database: "mlflow" });
  await begun;
  const second = await locked.run(context("b/migrate"), { database: "mlflow" });
  const other = locked.run(context("c/migrate"), { database: "sharinghub" });
  open();

  assert.equal(second.kind, "errored");
  assert.equal((await first).kind, "done");
  assert.equal((await other).kind, "done");
  assert.deepEqual(effects.toSorted(), ["a/migrate", "c/migrate"]);
  assert.equal((await locked.run(context("a/migrate"), { database: "mlflow" })).message, "Found done at the target.");
  await target.close();
});
