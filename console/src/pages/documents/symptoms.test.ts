import assert from "node:assert/strict";
import { test } from "node:test";
import { routeOf, type Symptom, symptomsFor } from "./symptoms.ts";

const symptom = (id: string, more: Partial<Symptom> = {}): Symptom => ({
  kind: "rule",
  id,
  about: "certificates",
  says: "A certificate has expired",
  why: "Browsers refuse it.",
  toDo: "Renew it.",
  command: "millwright explain certificate-expired",
  sources: [],
  ...more,
});
const ids = (found: readonly Symptom[]) => found.map(({ id }) => id);

test("what shows now stands first, the worst before the rest; the others stay as they came", () => {
  const now = { count: 1, where: "hub" };
  const all = [
    symptom("rule:b", { severity: "critical" }),
    symptom("rule:a"),
    symptom("rule:c", { severity: "low", now }),
    symptom("rule:d", { severity: "high", now }),
  ];

  assert.deepEqual(ids(symptomsFor(all, {})), ["rule:d", "rule:c", "rule:b", "rule:a"]);
  assert.deepEqual(ids(symptomsFor(all, { now: "yes" })), ["rule:d", "rule:c"]);
});

test("each word of a text is looked for, and a kind that does not exist leaves nothing out", () => {
  const all = [symptom("rule:a"), symptom("probe:hub:tls", { kind: "probe", says: "Is the certificate valid?" })];

  assert.deepEqual(ids(symptomsFor(all, { text: "expired browsers" })), ["rule:a"]);
  assert.deepEqual(ids(symptomsFor(all, { kind: "probe" })), ["probe:hub:tls"]);
  assert.equal(symptomsFor(all, { kind: "nonsense" }).length, 2);
});

test("each symptom leads to where it shows", () => {
  assert.equal(routeOf(symptom("rule:certificate-expired")), "/findings?rule=certificate-expired");
  assert.equal(routeOf(symptom("guide:B.120", { kind: "guide" })), "/guides/B.120");
  assert.equal(routeOf(symptom("probe:hub:tls", { kind: "probe" })), "/health");
});
