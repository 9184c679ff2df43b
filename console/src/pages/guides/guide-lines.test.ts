import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf, type GuideLine, linkOf, neighbours, sectionsOf, stateOf } from "./guide-lines.ts";

function line(id: string, section: string, state: GuideLine["state"]): GuideLine {
  return {
    id,
    guide: id.startsWith("A") ? "A" : "B",
    section,
    kind: "check",
    says: "s",
    state,
    why: "w",
    findings: 0,
    against: [],
    byUs: { kind: "done-by", what: "millwright audit" },
    today: "millwright audit .",
    requirements: [],
    duties: [],
    rules: [],
    procedures: [],
    act: { kind: "see", label: "See it", cli: "millwright guide show A.1", route: "/guides/A.1" },
  };
}

const lines = [
  line("A.1", "Pins", "open"),
  line("A.2", "Health", "done"),
  line("A.3", "Pins", "done"),
  line("B.1", "Health", "due"),
];

test("lines stand by guide and section, in the order of the guide, narrowed to a state", () => {
  const shown = (state?: GuideLine["state"]) =>
    sectionsOf(lines, state).map(({ id, lines: own }) => [id, own.map((one) => one.id).join(" ")]);

  assert.deepEqual(shown(), [
    ["A Pins", "A.1 A.3"],
    ["A Health", "A.2"],
    ["B Health", "B.1"],
  ]);
  assert.deepEqual(shown("done"), [
    ["A Health", "A.2"],
    ["A Pins", "A.3"],
  ]);
});

test("what is typed wrong in the address filters nothing", () => {
  assert.deepEqual(filterOf({ guide: "C", text: "  " }), {
    guide: undefined,
    section: undefined,
    requirement: undefined,
    text: undefined,
  });
  assert.equal(stateOf({ state: "nonsense" }), undefined);
  assert.equal(stateOf({ state: "due" }), "due");
});

test("a line has the one before and after it", () => {
  assert.deepEqual([neighbours(lines, "A.2").before?.id, neighbours(lines, "A.2").after?.id], ["A.1", "A.3"]);
  assert.equal(neighbours(lines, "A.1").before, undefined);
  assert.deepEqual(neighbours(lines, "A.9"), {});
});

test("a source that is an address can be opened; anything else is only read", () => {
  assert.equal(linkOf("docs.gitlab.com/charts/installation"), "https://docs.gitlab.com/charts/installation");
  assert.equal(linkOf("https://example.org/a"), "https://example.org/a");
  assert.equal(linkOf("gitlab-org/gitlab lib/gitlab/health_checks.rb"), undefined);
  assert.equal(linkOf("javascript:alert(1)//example.org/a"), undefined);
});
