import assert from "node:assert/strict";
import { test } from "node:test";
import { resumeRun } from "./decisions.ts";
import { runLeg } from "./leg.ts";
import { holdAllRuns, reconcileRuns } from "./reconcile.ts";
import { attemptsOf } from "./store.ts";
import { act, ben, check, openBench } from "./test-support.ts";

test("restored from yesterday's backup, nothing runs before the targets were asked, and nothing is done twice", async () => {
  const bench = await openBench();
  const run = await bench.start([check("before"), act("first"), act("second"), check("after")], {
    environment: "production",
  });
  // What the lost day did: the run was approved, its first step landed, and another run began.
  bench.target.effects.push(`${run.id}/first`);
  const traces = [
    { mark: `${run.id}/first`, where: "deployment mlops/mlflow" },
    { mark: "0123456789abcdef/restart", where: "deployment mlops/gitlab" },
  ];

  assert.equal(await holdAllRuns(bench.store, bench.at, "The database was restored."), 1);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "paused");
  const options = {
    now: bench.at,
    registry: bench.ports.registry,
    traces: async () => traces,
    environments: ["production"],
    record: bench.ports.record,
  };
  const found = await reconcileRuns(bench.store, options);
  const again = await reconcileRuns(bench.store, options);

  assert.deepEqual(found.runs, [{ run: run.id, found: ["first"] }]);
  assert.deepEqual(found.unknown, [traces[1]]);
  assert.deepEqual(again.runs, [{ run: run.id, found: [] }]);
  assert.deepEqual(bench.target.effects, [`${run.id}/first`]);

  await resumeRun(bench.deciding(ben), run.id);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done", "the approval is behind it: its effect had landed");
  assert.deepEqual(bench.target.effects, [`${run.id}/first`, `${run.id}/second`]);
  assert.ok((await attemptsOf(bench.store, run.id)).some(({ name }) => name === "first#found"));
  await bench.store.close();
});

test("a worker that had a run when it was held can write nothing more", async () => {
  const bench = await openBench();
  const run = await bench.start([act("first")]);
  const [leg] = await bench.sweep();
  await holdAllRuns(bench.store, bench.at, "The database was restored.");
  assert.ok(leg !== undefined);
  await runLeg(bench.ports, leg);
  assert.equal((await bench.show(run.id)).state, "paused");
  assert.deepEqual(bench.target.effects, []);
  await bench.store.close();
});
