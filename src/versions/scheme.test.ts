import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allows, newestAllowed, type RangeGrammar } from "./scheme.ts";

const cases: readonly (readonly [RangeGrammar, string, readonly string[], readonly string[]])[] = [
  ["helm", "^1.2.3", ["1.2.3", "1.9.0", "v1.2.4"], ["2.0.0", "1.2.2", "1.3.0-rc.1"]],
  ["helm", "^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0"]],
  ["helm", "^0.0", ["0.0.7"], ["0.1.0"]],
  ["helm", "~1.2", ["1.2.0", "1.2.9"], ["1.3.0"]],
  ["helm", "~1", ["1.0.0", "1.9.9"], ["2.0.0"]],
  ["helm", "1.2", ["1.2.0", "1.2.7"], ["1.3.0"]],
  ["helm", "1.x", ["1.0.0", "1.20.1"], ["2.0.0"]],
  ["helm", "*", ["0.0.1", "99.1.2"], ["1.0.0-rc.1"]],
  ["helm", "", ["1.2.3"], []],
  ["helm", ">0.0.0-0", ["0.0.1", "1.0.0-rc.1"], []],
  ["helm", ">= 1.2, < 2.0.0", ["1.2.0", "1.99.0"], ["2.0.0", "1.1.9"]],
  ["helm", "1.2.3 - 1.4", ["1.2.3", "1.4.9"], ["1.5.0", "1.2.2"]],
  ["npm", "1.2.3 || ^2.1.0", ["1.2.3", "2.5.0"], ["1.2.4", "3.0.0"]],
  ["terraform", "~> 1.2", ["1.2.0", "1.9.0"], ["2.0.0", "1.1.0"]],
  ["terraform", "~> 1.2.3", ["1.2.3", "1.2.9"], ["1.3.0"]],
  ["terraform", "1.2", ["1.2.0"], ["1.2.1"]],
  ["terraform", ">= 5.0, != 5.3.0", ["5.2.0"], ["5.3.0", "4.9.9"]],
  ["python", "~=2.14.1", ["2.14.1", "2.14.9"], ["2.15.0", "2.14.0"]],
  ["python", "==1.2.*", ["1.2.7"], ["1.3.0"]],
  ["python", "!=1.2.*,>=1", ["1.3"], ["1.2.7", "0.9"]],
  ["python", "==2.0rc1", ["2.0rc1"], ["2.0"]],
  ["python", ">=3.0,<4", ["3.1.0"], ["4.0.0", "3.1.0.dev2"]],
];

test("a range allows what its grammar says", () => {
  for (const [grammar, range, inside, outside] of cases) {
    for (const version of inside) assert.equal(allows(range, version, grammar), true, `${range} allows ${version}`);
    for (const version of outside) assert.equal(allows(range, version, grammar), false, `${range} refuses ${version}`);
  }
});

test("what cannot be read is neither allowed nor refused", () => {
  assert.equal(allows("${var.version}", "1.2.3", "terraform"), undefined);
  assert.equal(allows("^latest", "1.2.3", "npm"), undefined);
  assert.equal(allows("^1", "main", "helm"), undefined);
  assert.equal(allows(">*", "1.0.0", "npm"), undefined);
});

test("the newest allowed version is found among unsorted ones", () => {
  assert.equal(newestAllowed("~> 1.2", ["1.10.0", "1.9.0", "2.0.0", "1.11.0-rc1"], "terraform"), "1.10.0");
  assert.equal(newestAllowed("^3", ["1.0.0"], "helm"), undefined);
});

test("a caret range is one major, whatever the numbers", () => {
  const number = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(number, number, number, number, number, number, (a, b, c, x, y, z) => {
      const expected = x === a && (y > b || (y === b && z >= c));

      assert.equal(allows(`^${a}.${b}.${c}`, `${x}.${y}.${z}`, "npm"), expected);
    }),
  );
});

test("text of any shape is answered and never throws", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 20 }), (range, version) => {
      const answer = allows(range, version, "npm");
      assert.ok(answer === undefined || typeof answer === "boolean");
    }),
  );
});
