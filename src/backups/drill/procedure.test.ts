import assert from "node:assert/strict";
import { test } from "node:test";
import { registryOf } from "../../engine/action.ts";
import { startRun } from "../../engine/start-run.ts";
import { attemptsOf } from "../../engine/store.ts";
import { ada } from "../../engine/test-support.ts";
import { knownDrills } from "../server/drills.ts";
import { backupBench } from "../server/server.test-support.ts";
import { drillActions } from "./actions.ts";
import { drillProcedures } from "./procedure.ts";

const bench = await backupBench();
bench.policy = { ...bench.policy, procedures: [...bench.policy.procedures, ...drillProcedures] };
const registry = new Map([...bench.ports.registry("staging"), ...registryOf(drillActions(bench.binding))]);
bench.ports = { ...bench.ports, registry: () => registry };

test("a drill runs unattended, its report is the run's evidence and lies in the repository", async () => {
  await bench.call("backup", "run", "--no-prove");
  const wanted = { procedure: "drill", environment: "staging", arguments: {}, requestedBy: ada };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  await bench.settle();
  const done = await bench.show(run.id);
  assert.equal(done.state, "done", done.reason ?? "");
  const [attempt] = await attemptsOf(bench.store, run.id);
  assert.match(
    attempt?.message ?? "",
    /1 store restored and compared; mlflow back in [\d.]+ s.*not shown of a rebuild: cluster, argo-cd, applications, entry \(nobody attests\); sealing-key, secrets, data \(not in the backup\)\.$/,
  );
  assert.match(await bench.call("backup", "drill", "--list"), new RegExp(`drill-${run.id}-drill +.*passed`));

  const [kept] = await knownDrills(bench.store, { id: `drill-${run.id}-drill`, most: 1 });
  assert.partialDeepStrictEqual(kept, {
    run: run.id,
    verdict: "passed",
    signed: {
      report: { by: `run ${run.id}`, stores: [{ store: "mlflow/database" }] },
      signature: { algorithm: "ed25519" },
    },
  });
  await bench.store.close();
});
