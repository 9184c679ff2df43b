import assert from "node:assert/strict";
import { test } from "node:test";
import { dateFormat } from "./date-format.ts";

test("a formatter is made once, and another one for another zone", () => {
  const asked = { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const format = dateFormat("en-GB", asked);

  assert.equal(dateFormat("en-GB", { ...asked }), format);
  assert.notEqual(dateFormat("en-GB", { ...asked, timeZone: "UTC" }), format);
  assert.equal(format.format(Date.UTC(2026, 10, 20, 9)), "10:00");
});
