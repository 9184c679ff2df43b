import assert from "node:assert/strict";
import { test } from "node:test";
import { absent, type Fact, known, unknown } from "../kernel/fact.ts";
import type { Node, Scalar } from "../kernel/tree.ts";
import { isAtLeast, isBefore, isOff, isOn, releaseOf, textIn } from "./ask.ts";
import type { Setting } from "./contract.ts";

function setting(node: Node): Fact<Setting> {
  const text = node.kind === "scalar" ? node.text : undefined;
  return known({ node, text, at: undefined, file: undefined }, "test");
}

function scalar(value: Scalar["value"], templated = false): Scalar {
  return { kind: "scalar", value, text: String(value ?? ""), style: "plain", start: 0, end: 0, templated };
}

const empty: Node = { kind: "mapping", entries: [], start: 0, end: 0 };

test("null, false, empty text, an empty mapping and a missing key are off", () => {
  for (const off of [scalar(null), scalar(false), scalar(""), empty]) assert.equal(isOff(setting(off)), true);
  assert.equal(isOff(absent("test")), true);
});

test("the text false is on, as Helm takes it", () => {
  assert.equal(isOn(setting(scalar("false"))), true);
});

test("what is unknown or a template is neither on nor off", () => {
  for (const open of [unknown("why", "how"), setting(scalar("{{ x }}", true))]) {
    assert.deepEqual([isOn(open), isOff(open), textIn(open)], [false, false, undefined]);
  }
});

test("a version without a number is neither before nor after another", () => {
  for (const text of ["main", "", "*", ">=1.0.0", "{{ v }}", null, undefined]) {
    assert.deepEqual([isAtLeast(text, "1.0"), isBefore(text, "1.0")], [false, false], String(text));
  }
});

test("9.10 is after 9.9 and v9.1.4 is 9.1.4", () => {
  assert.equal(isBefore("9.9.1", "9.10"), true);
  assert.deepEqual(releaseOf("v9.1.4"), [9, 1, 4]);
});
