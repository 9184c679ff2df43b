import assert from "node:assert/strict";
import { test } from "node:test";
import { answerApproval } from "./approve.ts";
import { abortRun, attestStep, cancelRun, pauseRun, resumeRun, retryStep, skipStep } from "./decisions.ts";
import { attemptsOf } from "./store.ts";
import { act, ada, ben, check, openBench } from "./test-support.ts";

test("a step is skipped with a reason, under the name of who said so", async () => {
  const bench = await openBench();
  bench.target.answers.set("restart", [{ kind: "failed", message: "no" }]);
  const run = await bench.start([act("restart"), act("second")]);
  await bench.settle();

  await skipStep(bench.deciding(ben), run.id, "restarted by hand already");
  await bench.settle();

  const skipped = (await attemptsOf(bench.store, run.id)).find(({ outcome }) => outcome === "skipped");
  assert.equal(skipped?.actor?.id, "ben");
  assert.deepEqual(bench.target.effects, [`${run.id}/second`]);
  await bench.store.close();
});

test("an abort takes back what can be taken back, the last first, and names what cannot", async () => {
  const bench = await openBench();
  bench.target.answers.set("fourth", [{ kind: "failed", message: "no" }]);
  const run = await bench.start([act("first"), act("second", { effect: "irreversible" }), act("third"), act("fourth")]);
  await bench.settle();

  await abortRun(bench.deciding(ben), run.id, "not tonight");
  await bench.settle();

  assert.equal((await bench.show(run.id)).state, "aborted");
  const undone = bench.target.effects.filter((effect) => effect.startsWith("undo"));
  assert.deepEqual(undone, [`undo ${run.id}/third`, `undo ${run.id}/first`]);
  assert.deepEqual(bench.journal.at(-1)?.nextActions, ["Not taken back: second"]);
  await bench.store.close();
});

test("a step that errored is taken back only if the target bears its mark", async () => {
  const bench = await openBench();
  bench.target.answers.set("lost", [{ kind: "errored", message: "cut" }]);
  const lost = await bench.start([act("lost")]);
  await bench.settle();
  await abortRun(bench.deciding(ben), lost.id, "no");
  await bench.settle();
  assert.equal(bench.target.effects.length, 0);

  bench.target.answers.set("landed", [{ kind: "errored", message: "cut after it was done" }]);
  const landed = await bench.start([act("landed")]);
  bench.target.effects.push(`${landed.id}/landed`);
  await bench.settle();
  assert.equal((await bench.show(landed.id)).state, "done", "found done before it is asked");
  await bench.store.close();
});

test("a pause takes hold between two steps, and a cancelled run takes nothing back", async () => {
  const bench = await openBench();
  const run = await bench.start([
    act("first"),
    { name: "wait", title: "wait", kind: "wait", wait: { kind: "for", seconds: 60 } },
    act("second"),
  ]);
  await bench.settle();
  assert.equal((await bench.show(run.id)).waitsFor, "time");

  await pauseRun(bench.deciding(ben), run.id);
  bench.later(120);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "paused");
  await resumeRun(bench.deciding(ben), run.id);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");

  const other = await bench.start([act("third"), { name: "by-hand", title: "by hand", kind: "attest" }]);
  await bench.settle();
  await cancelRun(bench.deciding(ben), other.id, "enough");
  assert.equal((await bench.show(other.id)).state, "cancelled");
  assert.deepEqual(
    bench.target.effects.filter((effect) => effect.startsWith("undo")),
    [],
  );
  await bench.store.close();
});

test("an approval is for one plan, by a second person, and runs out before the first effect", async () => {
  const bench = await openBench();
  const run = await bench.start([check("before"), act("restart")], { environment: "production" });
  await bench.settle();
  const waiting = await bench.show(run.id);
  assert.equal(waiting.waitsFor, "approval");
  const given = { digest: run.digest, approved: true, reason: undefined };

  const own = await answerApproval(bench.deciding(ada), bench.policy, run.id, given);
  assert.equal("status" in own && own.status, 403);
  const other = await answerApproval(bench.deciding(ben), bench.policy, run.id, { ...given, digest: "0".repeat(64) });
  assert.equal("status" in other && other.status, 409);
  await answerApproval(bench.deciding(ben), bench.policy, run.id, given);

  bench.later(5 * 3600);
  await bench.settle();
  const lapsed = await bench.show(run.id);
  assert.equal(lapsed.waitsFor, "approval");
  assert.match(lapsed.reason ?? "", /ran out/);
  assert.deepEqual(bench.target.effects, []);

  await answerApproval(bench.deciding(ben), bench.policy, run.id, given);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");
  await bench.store.close();
});

test("a refused run waits for a decision and does nothing", async () => {
  const bench = await openBench();
  const run = await bench.start([act("restart")], { environment: "production" });
  await bench.settle();
  await answerApproval(bench.deciding(ben), bench.policy, run.id, {
    digest: run.digest,
    approved: false,
    reason: "exams",
  });
  await bench.settle();
  assert.equal((await bench.show(run.id)).reason, "Ben refused: exams");
  assert.deepEqual(bench.target.effects, []);
  await bench.store.close();
});

test("a step done by hand is attested with what proves it", async () => {
  const bench = await openBench();
  const run = await bench.start([{ name: "look", title: "Look at the dashboard", kind: "attest" }]);
  await bench.settle();
  await attestStep(bench.deciding(ben), run.id, {
    outcome: "done",
    message: "all green",
    evidence: { url: "https://grafana.example.org/d/1" },
  });
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");
  assert.equal(bench.journal.find(({ kind }) => kind === "attestation")?.actor.id, "ben");
  await bench.store.close();
});

test("of two operators at once the second is told what became of the run", async () => {
  const bench = await openBench();
  bench.target.answers.set("restart", [{ kind: "failed", message: "no" }]);
  const run = await bench.start([act("restart")]);
  await bench.settle();
  const seen = String((await bench.show(run.id)).version);

  const answers = await Promise.all([
    bench.store.transaction((store) => retryStep({ ...bench.deciding(ada, seen), store }, run.id)),
    bench.store.transaction((store) => abortRun({ ...bench.deciding(ben, seen), store }, run.id, "no")),
  ]);

  assert.equal(answers.filter((answer) => "status" in answer && answer.status === 412).length, 1);
  const third = await retryStep(bench.deciding(ada), run.id);
  assert.equal("status" in third && third.status, 409);
  await bench.store.close();
});
