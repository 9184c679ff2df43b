import assert from "node:assert/strict";
import { test } from "node:test";
import { holdAllRuns } from "../../engine/reconcile.ts";
import { act, openBench } from "../../engine/test-support.ts";
import { reconcile } from "./restored.ts";

test("after a restore the targets are asked; what they show, and whose marks nobody knows, is told to people", async (t) => {
  const bench = await openBench();
  t.after(() => bench.store.close());
  const run = await bench.start([act("first"), act("second")]);
  bench.target.effects.push(`${run.id}/first`);
  await holdAllRuns(bench.store, bench.at, "The database was restored.");
  const logged: string[] = [];
  const parts = {
    store: bench.store,
    clock: { now: () => bench.at },
    log: ({ message }: { readonly message: string }) => void logged.push(message),
  };
  const ports = { record: bench.ports.record, notify: bench.ports.notify };
  const trace = { mark: "0123456789abcdef/restart", where: "deployment mlops/gitlab" };
  const reach = { registry: bench.ports.registry, traces: async () => [trace], environments: ["staging"] };

  await reconcile({ parts, ports }, reach);

  const entry = bench.journal.find(({ task }) => task === "Looked at the targets after a restore");
  assert.deepEqual(entry?.evidence, { held: [run.id], found: [`${run.id}/first`] });
  assert.match(entry?.issues?.[0] ?? "", /0123456789abcdef\/restart at deployment mlops\/gitlab/);
  assert.match(bench.notices.at(-1)?.text ?? "", /1 runs are held; 1 of their steps/);
  assert.equal((await bench.show(run.id)).state, "paused", "a person resumes it");

  const away = async (): Promise<never> => Promise.reject(new Error("the cluster does not answer"));
  await reconcile({ parts, ports }, { ...reach, traces: away });
  assert.match(logged[0] ?? "", /could not be asked.*does not answer/);
});
