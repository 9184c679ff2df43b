import assert from "node:assert/strict";
import { test } from "node:test";
import type { Audit } from "./audit.ts";
import { changeOf, type Fate, fatesOf, type Look, lookOf, type Sighting, stateOf } from "./life-cycle.ts";

const sighting: Sighting = { id: "a", rule: "r", subject: "s", environment: "production", files: ["prod/app.yaml"] };
const clean: Look = { findings: [], suppressed: [], unknown: [], ran: new Set(["r"]), unread: [], blind: false };

function fate(look: Partial<Look>): Fate | undefined {
  return fatesOf([sighting], { ...clean, ...look })[0];
}

function question(values: {
  readonly rule?: string;
  readonly subject?: string;
  readonly environment?: string | undefined;
}) {
  return {
    id: "q",
    title: "t",
    at: undefined,
    why: "no right to read",
    howToLearn: "ask",
    rule: "r",
    subject: "s",
    environment: undefined,
    ...values,
  };
}

test("a finding is gone when its rule ran on known facts and no longer shows it", () => {
  assert.deepEqual(fate({}), { id: "a", kind: "gone" });
});

test("a rule that did not run proves nothing", () => {
  assert.deepEqual(fate({ ran: new Set(["other"]) }), { id: "a", kind: "unknown", why: "rule r did not run" });
});

test("an open question about its subject leaves a finding as it was", () => {
  assert.equal(fate({ unknown: [question({})] })?.kind, "unknown");
  assert.equal(fate({ unknown: [question({ environment: "production" })] })?.kind, "unknown");
  assert.equal(fate({ unknown: [question({ environment: "staging" })] })?.kind, "gone");
  assert.equal(fate({ unknown: [question({ subject: "other" })] })?.kind, "gone");
  assert.equal(fate({ unknown: [question({ rule: "other" })] })?.kind, "gone");
});

test("a file that could not be read, or a folder around it, hides what it held", () => {
  assert.equal(fate({ unread: ["prod/app.yaml"] })?.kind, "unknown");
  assert.equal(fate({ unread: ["prod"] })?.kind, "unknown");
  assert.equal(fate({ unread: ["prod/app"] })?.kind, "gone");
});

test("a look that read nothing proves nothing", () => {
  assert.equal(fate({ blind: true })?.kind, "unknown");
});

test("one source that shows a finding is enough to keep it open", () => {
  assert.equal(stateOf(["no", "yes"]), "open");
  assert.equal(stateOf(["suppressed", "yes"]), "open");
  assert.equal(stateOf(["no", "suppressed"]), "suppressed");
  assert.equal(stateOf(["no"]), "closed");
  assert.equal(stateOf([]), "closed");
});

test("each change of state has its name", () => {
  assert.equal(changeOf(undefined, "open"), "opened");
  assert.equal(changeOf("closed", "open"), "reopened");
  assert.equal(changeOf("suppressed", "open"), "suppression-ended");
  assert.equal(changeOf("open", "closed"), "closed");
  assert.equal(changeOf("open", "suppressed"), "suppressed");
  assert.equal(changeOf("open", "open"), undefined);
});

test("a rule that broke in an audit did not run; its complaint hides no file", () => {
  const audit: Pick<Audit, "findings" | "suppressed" | "unknown" | "problems" | "files"> = {
    findings: [],
    suppressed: [],
    unknown: [],
    files: { read: 3, skipped: [{ file: "big.yaml", reason: "too big" }] },
    problems: [
      {
        file: "repo",
        line: 1,
        column: 1,
        reason: "rule r failed: oops. Please report it; the other rules ran",
        rule: "r",
      },
      { file: "bad.yaml", line: 2, column: 1, reason: "not YAML" },
    ],
  };
  const look = lookOf(audit as Audit, [{ id: "r" }, { id: "s" }]);
  assert.deepEqual([...look.ran], ["s"]);
  assert.deepEqual(look.unread, ["big.yaml", "bad.yaml"]);
});
