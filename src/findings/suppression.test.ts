import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import type { Location } from "../platform/source.ts";
import { byUrgency, type Finding, findingsOf, questionsOf, worstOf } from "./finding.ts";
import { imageLatest } from "./rules/pinning-images.ts";
import { type Suppression, suppress } from "./suppression.ts";

const now = instantOf(Date.UTC(2026, 10, 20, 23, 59));
const place = (file: string, line = 1): Location => ({ file, line, column: 1 });

function finding(id: string, over: Partial<Finding> = {}): Finding {
  return {
    id,
    rule: "a-rule",
    title: "t",
    group: "pinning",
    severity: "high",
    subject: id,
    environment: undefined,
    places: [place("apps/a.yaml")],
    message: "m",
    fix: "f",
    ...over,
  };
}
const decision = (over: Partial<Suppression>): Suppression => ({
  reason: "it is decided so",
  until: "2027-01-01",
  ...over,
});
const open = (findings: readonly Finding[], ...entries: readonly Suppression[]): readonly string[] =>
  suppress(findings, entries, now).open.map(({ id }) => id);

test("a suppression holds through its last day and not beyond", () => {
  assert.deepEqual(open([finding("x")], decision({ finding: "x", until: "2026-11-20" })), []);
  assert.deepEqual(open([finding("x")], decision({ finding: "x", until: "2026-11-19" })), ["x"]);
});

test("by id one finding is covered, by rule all of it", () => {
  const findings = [finding("x"), finding("y"), finding("z", { rule: "other" })];
  assert.deepEqual(open(findings, decision({ finding: "x" })), ["y", "z"]);
  assert.deepEqual(open(findings, decision({ rule: "a-rule" })), ["z"]);
});

test("by path only what lies wholly below it is covered: a new place elsewhere is news", () => {
  const inside = finding("x", { places: [place("apps/a.yaml"), place("apps/b/c.yaml")] });
  const both = finding("y", { places: [place("apps/a.yaml"), place("prod/a.yaml")] });
  const alike = finding("z", { places: [place("apps-old/a.yaml")] });
  assert.deepEqual(open([inside, both, alike], decision({ rule: "a-rule", path: "apps/" })), ["y", "z"]);
  assert.deepEqual(open([inside], decision({ rule: "a-rule", path: "apps" })), []);
});

test("what is suppressed is kept with the decision", () => {
  const entry = decision({ finding: "x" });
  assert.deepEqual(suppress([finding("x")], [entry], now).suppressed, [{ finding: finding("x"), suppression: entry }]);
});

test("the worst come first, production before the rest, and the order does not depend on the input's", () => {
  const findings = [
    finding("low", { severity: "low" }),
    finding("b", { places: [place("b.yaml")] }),
    finding("a", { places: [place("a.yaml", 9)] }),
    finding("prod", { environment: "production", places: [place("z.yaml")] }),
    finding("critical", { severity: "critical" }),
  ];
  const sorted = ["critical", "prod", "a", "b", "low"];
  assert.deepEqual(
    [...findings].sort(byUrgency).map(({ id }) => id),
    sorted,
  );
  assert.deepEqual(
    [...findings]
      .reverse()
      .sort(byUrgency)
      .map(({ id }) => id),
    sorted,
  );
});

test("what to do first are different things, not one thing three times", () => {
  const findings = [
    finding("1"),
    finding("2"),
    finding("3", { rule: "b" }),
    finding("4", { rule: "c" }),
    finding("5", { rule: "d" }),
  ];
  assert.deepEqual(
    worstOf(findings, 3).map(({ id }) => id),
    ["1", "3", "4"],
  );
  assert.deepEqual(worstOf([], 3), []);
});

const noExample = (): boolean => false;
const shown = { kind: "finding", subject: "image/a", message: "m", fix: "f" } as const;

test("one subject in several places is one finding, as bad as its worst place, which comes first; another environment is another", () => {
  const found = findingsOf(
    imageLatest,
    [
      { ...shown, at: place("a.yaml"), severity: "low" },
      { ...shown, at: place("b.yaml"), severity: "critical" },
      { ...shown, at: place("b.yaml") },
      { ...shown, at: place("c.yaml"), environment: "production" },
    ],
    noExample,
  );
  assert.equal(found.length, 2);
  assert.equal(found[0]?.severity, "critical");
  assert.deepEqual(
    found[0]?.places.map(({ file }) => file),
    ["b.yaml", "a.yaml"],
  );
});

test("an id depends on rule, environment, subject and key, and on nothing that is evidence", () => {
  const idOf = (over: object): string | undefined =>
    findingsOf(imageLatest, [{ ...shown, at: place("a.yaml"), ...over }], noExample)[0]?.id;
  const id = idOf({});
  assert.equal(idOf({ at: place("b.yaml", 7), message: "other", fix: "other", severity: "low" }), id);
  for (const over of [{ subject: "t" }, { key: "k" }, { environment: "e" }]) assert.notEqual(idOf(over), id);
});

test("a question is asked once per subject", () => {
  const question = { kind: "unknown", subject: "s", why: "w", howToLearn: "h" } as const;
  assert.equal(questionsOf(imageLatest, [question, question, { ...question, subject: "t" }]).length, 2);
});
