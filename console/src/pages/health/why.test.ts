import assert from "node:assert/strict";
import { test } from "node:test";
import { type ComponentHealth, whyOf, worstFirst } from "./why.ts";

const line = { probe: "readiness", subject: "readiness/db_check", since: "2026-11-20T08:00:00.000Z", evidence: "503" };
const one: ComponentHealth = {
  environment: "production",
  component: "gitlab",
  system: "gitlab",
  health: "healthy",
  causes: [],
  trouble: [],
  upkeep: [],
  unknown: [],
  answers: 7,
  at: "2026-11-20T09:00:00.000Z",
};

test("each health says why: the answer that decides, and whom to look at first", () => {
  assert.equal(whyOf(one), "Nothing bad in 7 answers.");
  assert.equal(whyOf({ ...one, unknown: [line] }), "What is known is good; not known: readiness/db_check");
  assert.equal(whyOf({ ...one, health: "unhealthy", trouble: [line, line] }), "readiness/db_check: 503 (and 1 more)");
  assert.equal(
    whyOf({ ...one, health: "affected", causes: ["postgresql"], trouble: [line] }),
    "Look at postgresql first. Here: 503",
  );
  assert.equal(whyOf({ ...one, health: "unknown", unknown: [line] }), "readiness/db_check: 503");
  assert.equal(whyOf({ ...one, health: "unknown" }), "None of its probes says good or bad of it.");
});

test("the worst stand first, and a filter leaves the others out", () => {
  const all = [
    one,
    { ...one, component: "mlflow", system: "mlflow", health: "affected" as const },
    { ...one, component: "redis", system: "redis", health: "unhealthy" as const },
    { ...one, component: "s3", system: "s3", health: "unknown" as const },
  ];

  const names = (found: readonly ComponentHealth[]) => found.map(({ component }) => component);

  assert.deepEqual(names(worstFirst(all, undefined, undefined)), ["redis", "mlflow", "s3", "gitlab"]);
  assert.deepEqual(names(worstFirst(all, "unknown", undefined)), ["s3"]);
  assert.deepEqual(names(worstFirst(all, undefined, "GIT")), ["gitlab"]);
});
