import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { writeRecord } from "../repository/records.ts";
import { type DrillOptions, drill } from "./drill.ts";

function drilled(repository: TestRepository, scope: DrillOptions["scope"]) {
  return drill(
    {
      ...repository.proving(),
      id: "drill-1",
      scope,
      from: "first",
      millwright: "0.0.0",
      disposable: [],
      objectivesOf: () => ({ rpoHours: 24, rtoMinutes: 60 }),
      attested: [],
    },
    testPorts,
  );
}

test("a record of a drill that cannot be read is passed over, and keeps no drill from being done", async () => {
  const repository = await TestRepository.make();
  await repository.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));
  const { signal } = new AbortController();
  const at = repository.now();
  const older = { report: { schema: "millwright/drill/0", stores: "all" } };
  const record = { kind: "drill" as const, id: "drill-older", at, verdict: "passed" };
  await writeRecord(repository.open(), record, repository.identity(), older, signal);

  const report = await drilled(repository, { kind: "one" });

  assert.deepEqual([report.verdict, report.stores.map(({ store }) => store)], ["passed", ["mlflow/database"]]);
  assert.ok(repository.said.some((words) => /the report of drill-older is passed over/.test(words)));
});

test("a drill tries a store's own backup, not a later one of what a restore replaced", async () => {
  const repository = await TestRepository.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const { manifest } = await repository.backUp(url);
  await repository.backUp(url, { class: "before-restore" });

  for (const scope of [{ kind: "one" }, { kind: "component", component: "mlflow" }] as const) {
    const { stores } = await drilled(repository, scope);
    assert.deepEqual(
      stores.map(({ backup }) => backup),
      [manifest.id],
    );
  }
});
