import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { compileCalendar } from "../../calendar/compiled.ts";
import { registryOf } from "../../engine/action.ts";
import { startRun } from "../../engine/start-run.ts";
import { attemptsOf } from "../../engine/store.ts";
import { ada } from "../../engine/test-support.ts";
import { backupBench } from "../server/server.test-support.ts";
import { drillActions } from "./actions.ts";
import { completeByDrills } from "./duty.ts";
import { drillProcedures } from "./procedure.ts";

const bench = await backupBench();
bench.policy = { ...bench.policy, procedures: [...bench.policy.procedures, ...drillProcedures] };
const registry = new Map([...bench.ports.registry("staging"), ...registryOf(drillActions(bench.binding))]);
bench.ports = { ...bench.ports, registry: () => registry };

test("a drill runs unattended, its report is the run's evidence and lies in the repository", async () => {
  await bench.call("backup", "run");
  const wanted = { procedure: "drill", environment: "staging", arguments: {}, requestedBy: ada };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  await bench.settle();
  const done = await bench.show(run.id);
  assert.equal(done.state, "done", done.reason ?? "");
  const [attempt] = await attemptsOf(bench.store, run.id);
  assert.match(
    attempt?.message ?? "",
    /1 stores? restored and compared; mlflow back in [\d.]+ s.*nobody attests cluster/,
  );
  assert.match(await bench.call("backup", "drill", "--list"), new RegExp(`drill-${run.id}-drill +.*passed`));

  const now = Date.parse(bench.ports.now());
  const calendar = compileCalendar(
    { environments: [{ name: "staging" }], components: [], windows: [], freezes: [], duties: [] },
    now - 400 * 86_400_000,
    now + 400 * 86_400_000,
  );
  const dueAt = new Date(now - 60_000).toISOString();
  const tables = bench.store.tables();
  await sql`insert into duty_turns (duty, due_at, title, state) values ('disaster-recovery-test', ${dueAt}, 'Disaster recovery test', 'due')`.execute(
    tables,
  );
  await sql`insert into duty_progress (duty, raised_until, open_due_at) values ('disaster-recovery-test', ${dueAt}, ${dueAt})`.execute(
    tables,
  );
  const state = async (): Promise<unknown> =>
    (
      await sql<{ state: string }>`select state from duty_turns where duty = 'disaster-recovery-test'`.execute(
        bench.store.tables(),
      )
    ).rows[0]?.state;
  const complete = (hasSecond: boolean): Promise<void> =>
    completeByDrills(
      bench.store,
      calendar,
      [{ environment: "staging", hasSecond }],
      bench.ports.now(),
      bench.ports.record,
    );
  await complete(true);
  assert.equal(await state(), "due", "the second repository was not tried");
  await complete(false);
  assert.equal(await state(), "done");
  await bench.store.close();
});
