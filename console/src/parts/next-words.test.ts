import assert from "node:assert/strict";
import { test } from "node:test";
import { buttonOf, cliWith, hintOf, isCall, madeBy, type Next, pathOf } from "./next-words.ts";

function next(label: string, path?: string): Next {
  const action = { method: "POST" as const, body: {}, asks: [], needs: "operator" as const, effect: "own" as const };
  const rest = { label, cli: "millwright status", route: "/" };
  return path === undefined ? rest : { ...rest, action: { ...action, path } };
}

test("a button has few words; an instruction stands beside it", () => {
  const duty = next("Do it and record what proves it: the receipts", "/api/v1/duties/backups-daily/complete");
  assert.deepEqual([buttonOf(duty), hintOf(duty), isCall(duty)], ["Record it", duty.label, true]);
  const see = next("See all of them");
  assert.deepEqual([buttonOf(see), hintOf(see), isCall(see)], ["See all of them", undefined, false]);
  const fix = next("Move to PostgreSQL and dump that.");
  assert.deepEqual([buttonOf(fix), hintOf(fix)], ["Open", fix.label]);
});

test("a change by hand is put back from where it is read", () => {
  const drift = next("Have Argo CD put it back", "/api/v1/drift/put-back");
  assert.deepEqual([buttonOf(drift), hintOf(drift), isCall(drift)], ["Put it back", drift.label, true]);
});

test("a run is agreed to on its page, where its plan is", () => {
  assert.equal(isCall(next("Look at the plan", "/api/v1/runs/7/approve")), false);
});

test("what a call made is opened where it has a page", () => {
  const { action } = next("Work through it", "/api/v1/runs");
  assert.ok(action);
  assert.equal(pathOf(action), "/runs");
  assert.equal(madeBy(action, { id: "r1" }), "/runs/r1");
  assert.equal(madeBy({ ...action, path: "/api/v1/work-orders" }, { id: "w1" }), "/work/w1");
  assert.equal(madeBy({ ...action, path: "/api/v1/drift/put-back" }, { id: "r2" }), "/runs/r2");
  assert.equal(madeBy({ ...action, path: "/api/v1/incidents/1/acknowledge" }, { id: "1" }), undefined);
  assert.equal(madeBy(action, undefined), undefined);
});

test("the command holds what was said as it was said, and where", () => {
  const complete = "millwright duty complete daily --evidence TEXT";
  assert.equal(
    cliWith(complete, { evidence: "all $& and $1" }),
    complete.replace("TEXT", () => "'all $& and $1'"),
  );
  assert.equal(cliWith(complete, { evidence: "" }), complete);
  const start = "millwright run start checklist --environment production --arguments {}";
  assert.equal(cliWith(start, { environment: "staging" }), start.replace("production", "staging"));
});
