import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { instantOf } from "../kernel/instant.ts";
import { quietUntil } from "./quiet.ts";

const at = (text: string) => instantOf(Date.parse(text));
const night = { from: "22:00", to: "07:00", zone: "Europe/Berlin" };

test("quiet hours over midnight end in the morning, by the zone's clock", () => {
  assert.equal(quietUntil(night, at("2026-11-20T21:30:20Z")), at("2026-11-21T06:00:00Z"));
  assert.equal(quietUntil(night, at("2026-11-21T05:59:00Z")), at("2026-11-21T06:00:00Z"));
  assert.equal(quietUntil(night, at("2026-11-21T06:00:00Z")), undefined);
  assert.equal(quietUntil(night, at("2026-11-20T20:59:59Z")), undefined);
});

test("where the clocks change in the night, they end by the clock and not by the hours", () => {
  assert.equal(quietUntil(night, at("2026-10-24T21:00:00Z")), at("2026-10-25T06:00:00Z"));
  assert.equal(quietUntil(night, at("2026-03-28T22:00:00Z")), at("2026-03-29T05:00:00Z"));
});

test("quiet hours from one hour to the same are none", () => {
  assert.equal(quietUntil({ from: "08:00", to: "08:00", zone: "UTC" }, at("2026-11-20T08:00:00Z")), undefined);
});

test("the end is always later, and at most 26 hours away", () => {
  const time = fc
    .tuple(fc.nat(23), fc.constantFrom("00", "15", "30"))
    .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
  );
  fc.assert(
    fc.property(time, time, zone, fc.integer({ min: 0, max: 2 * 366 * 1440 }), (from, to, where, minutes) => {
      const now = instantOf(Date.UTC(2026, 0, 1) + minutes * 60_000);
      const until = quietUntil({ from, to, zone: where }, now);
      if (until === undefined) return;
      const wait = Date.parse(until) - Date.parse(now);
      assert.ok(wait > 0 && wait <= 26 * 3_600_000, `${wait / 3_600_000} h`);
    }),
  );
});
