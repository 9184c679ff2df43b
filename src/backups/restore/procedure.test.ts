import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { registryOf } from "../../engine/action.ts";
import { answerApproval } from "../../engine/approve.ts";
import { abortRun } from "../../engine/decisions.ts";
import { startRun } from "../../engine/start-run.ts";
import { attemptsOf } from "../../engine/store.ts";
import { ada, ben } from "../../engine/test-support.ts";
import { sqlOn } from "../kinds/postgresql/sql.test-support.ts";
import { backupBench } from "../server/server.test-support.ts";
import { restoreActions } from "./actions.ts";
import { restoreProcedures } from "./procedure.ts";

const bench = await backupBench();
bench.policy = {
  ...bench.policy,
  procedures: [...bench.policy.procedures, ...restoreProcedures],
  approval: () => true,
};
const registry = new Map([...bench.ports.registry("staging"), ...registryOf(restoreActions(bench.binding))]);
bench.ports = { ...bench.ports, registry: () => registry };
const file = join(bench.folder, "millwright.server.yaml");
writeFileSync(file, `mode: act\n${readFileSync(file, "utf8")}`);
const name = new URL(bench.url).pathname.slice(1);

const sql = sqlOn(bench.url);

test("a database that was dropped comes back by one run, whose plan somebody saw and agreed to", async () => {
  const { point } = JSON.parse(await bench.call("backup", "run", "--no-prove", "-o", "json")) as {
    point: { id: string };
  };
  const [before] = await sql("select count(*)::int as n from runs");
  await sql(`drop database ${name} with (force)`, "postgres");
  const wanted = {
    procedure: "restore",
    environment: "staging",
    arguments: { from: point.id, users: false },
    requestedBy: ada,
  };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  await bench.settle();
  const shown = await bench.show(run.id);
  assert.equal(shown.waitsFor, "approval", shown.reason ?? "");
  const [planned] = await attemptsOf(bench.store, run.id);
  assert.match(planned?.message ?? "", /mlflow\/database from mlflow-database-/);
  await assert.rejects(sql("select 1"), /does not exist/);

  await answerApproval(bench.deciding(ben), bench.policy, run.id, {
    digest: shown.digest,
    approved: true,
    reason: undefined,
  });
  await bench.settle();
  const done = await bench.show(run.id);
  assert.equal(done.state, "done", done.reason ?? "");
  assert.deepEqual(await sql("select count(*)::int as n from runs"), [before]);
  const attempts = await attemptsOf(bench.store, run.id);
  assert.match(
    JSON.stringify(attempts.at(-1)?.evidence),
    new RegExp(`"id":"restore-${run.id}-restore","state":"restored"`),
  );
  assert.doesNotMatch(JSON.stringify(attempts), /canary/);
});

test("a restore that is not what was wanted is taken back by aborting its run", async () => {
  const { point } = JSON.parse(await bench.call("backup", "run", "--no-prove", "-o", "json")) as {
    point: { id: string };
  };
  await sql("create table later (id int); insert into later values (1), (2)");
  const wanted = {
    procedure: "restore",
    environment: "staging",
    arguments: { from: point.id, users: false, tried: true },
    requestedBy: ada,
  };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  await bench.settle();
  const { digest } = await bench.show(run.id);
  await answerApproval(bench.deciding(ben), bench.policy, run.id, { digest, approved: true, reason: undefined });
  await bench.settle();
  const waiting = await bench.show(run.id);
  assert.equal(waiting.waitsFor, "attestation", waiting.reason ?? "");
  assert.deepEqual(await sql("select to_regclass('later') as later"), [{ later: null }]);

  await abortRun(bench.deciding(ada), run.id, "it was the wrong day");
  await bench.settle();
  const aborted = await bench.show(run.id);
  assert.equal(aborted.state, "aborted", aborted.reason ?? "");
  assert.deepEqual(await sql("select count(*)::int as n from later"), [{ n: 2 }]);
  const undone = (await attemptsOf(bench.store, run.id)).at(-1);
  assert.match(JSON.stringify(undone?.evidence), new RegExp(`"id":"restore-${run.id}-restore","state":"undone"`));
  await bench.store.close();
});
