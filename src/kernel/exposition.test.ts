import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseExposition } from "./exposition.ts";

test("samples come with their labels, comments and times left aside", () => {
  const text =
    '# HELP up x\n# TYPE up gauge\nup 1\nrequests_total{path="/a\\"b\\\\c\\nd",code="200",} 1.5e3 1795175000000\n\nbad NaN\nmost +Inf\n';
  assert.deepEqual(parseExposition(text), [
    { name: "up", labels: {}, value: 1 },
    { name: "requests_total", labels: { path: '/a"b\\c\nd', code: "200" }, value: 1500 },
    { name: "bad", labels: {}, value: Number.NaN },
    { name: "most", labels: {}, value: Number.POSITIVE_INFINITY },
  ]);
});

test("other text is none", () => {
  for (const text of ["<html>", '{"status":"ok"}', "up", "up one", 'up{path="/a} 1', "up{path=/a} 1", "1up 1"]) {
    assert.equal(parseExposition(text), undefined, text);
  }
});

test("any text is read or refused, never broken by", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseExposition(text)));
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes("\r")),
      fc.double(),
      (label, value) => {
        const escaped = label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
        // JavaScript writes -0 as 0.
        const minusZero = Object.is(value, -0) ? "-0" : String(value);
        const written = minusZero.replace("Infinity", "Inf");
        assert.deepEqual(parseExposition(`m{l="${escaped}"} ${written}`), [{ name: "m", labels: { l: label }, value }]);
      },
    ),
  );
});
