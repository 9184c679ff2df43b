import assert from "node:assert/strict";
import { test } from "node:test";
import { changeText, figureText, seriesText } from "./figures.ts";

test("what was not measured is never a zero", () => {
  assert.equal(figureText(undefined), "not measured");
  assert.equal(figureText(0), "0");
  assert.equal(changeText(undefined, 3), "");
});

test("figures are as exact as they can be read", () => {
  assert.equal(figureText(12.3456), "12.35");
  assert.equal(figureText(1234.56), "1 235");
  assert.equal(changeText(100, 112), "+ 12 %");
  assert.equal(changeText(100, 90.2), "– 10 %");
  assert.equal(changeText(100, 100.2), "as before");
  assert.equal(changeText(0, 5), "from 0 to 5");
});

test("series of one name are told apart by their labels", () => {
  assert.equal(
    seriesText({ series: "millwright_probe_millis", labels: { probe: "login" } }),
    'millwright_probe_millis{probe="login"}',
  );
});
