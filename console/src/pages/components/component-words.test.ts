import assert from "node:assert/strict";
import { test } from "node:test";
import { standingOf, whyOf } from "./component-words.ts";

const pin = {
  id: "p",
  source: "repository:a",
  environment: "production",
  kind: "chart",
  name: "gitlab",
  state: "pinned",
  file: "a.yaml",
  line: 1,
  version: "8.7.1",
  freshness: "behind",
  newest: "9.0.0",
  next: "8.11.0",
  behind: 3,
};

test("the head says what is wrong first", () => {
  const component = { name: "gitlab", system: "gitlab", needs: [], work: [], runs: [], journal: [], findings: [] };
  const instance = {
    namespace: null,
    declared: null,
    live: null,
    running: "unknown" as const,
    runningWhy: null,
    sources: [],
    causes: [],
    trouble: [],
  };
  const instances = [{ ...instance, environment: "production", health: "unhealthy" as const }];

  assert.equal(
    whyOf({ ...component, instances, pins: [pin], affects: [{ id: "a", title: "A", distance: 1 }] }),
    "System gitlab: in trouble in production; up to 3 releases behind; 1 component would feel it.",
  );
  assert.equal(
    whyOf({ ...component, system: null, instances: [], pins: [], affects: [] }),
    "Of no known system: nothing known needs it.",
  );
});

test("how a pin stands is said in words; what is not known is not current", () => {
  assert.equal(standingOf(pin), "3 releases behind");
  assert.equal(standingOf({ ...pin, behind: 0 }), "current");
  assert.equal(standingOf({ ...pin, behind: null, newest: null, freshness: "unknown" }), "not known");
  assert.equal(standingOf({ ...pin, behind: null, newest: null, freshness: null }), "not asked yet");
});
