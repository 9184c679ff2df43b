import assert from "node:assert/strict";
import { test } from "node:test";
import { approvalView } from "./approval-view.ts";

const step = (name: string, kind: "act" | "check" | "wait" | "approve", effect = "none") => ({
  name,
  title: name,
  kind,
  effect,
  receipt: null,
});
const plan = [
  step("approve", "approve"),
  step("lease", "act", "the Lease is given back"),
  step("serves-before", "check"),
  step("sync", "act", "irreversible"),
  step("in-sync", "wait"),
];

test("an approver sees what cannot be taken back, and what is looked at before and after it", () => {
  const view = approvalView(plan, {});

  assert.deepEqual(
    view.irreversible.map(({ name }) => name),
    ["sync"],
  );
  assert.deepEqual(
    view.reversible.map(({ name }) => name),
    ["lease"],
  );
  assert.deepEqual(
    view.checksBefore.map(({ name }) => name),
    ["serves-before"],
  );
  assert.deepEqual(
    view.checksAfter.map(({ name }) => name),
    ["in-sync"],
  );
});

test("a change by hand is shown from its live value to Git's, with who made it", () => {
  const changes = [
    { resource: "Deployment a/b", field: "spec.replicas", git: "2", live: "1", author: "kim", since: "2026-11-20" },
    "nonsense",
    {},
  ];

  assert.deepEqual(approvalView(plan, { changes }).changes, [
    { resource: "Deployment a/b", field: "spec.replicas", from: "1", to: "2", by: "kim, 2026-11-20" },
  ]);
  assert.deepEqual(approvalView(plan, { changes: "all" }).changes, []);
});

test("of a removal each backup that goes is named", () => {
  assert.deepEqual(approvalView(plan, { remove: ["mlflow-1", 7, "mlflow-2"] }).removed, ["mlflow-1", "mlflow-2"]);
  assert.deepEqual(approvalView(plan, { remove: true }).removed, []);
});
