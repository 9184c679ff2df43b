import assert from "node:assert/strict";
import { test } from "node:test";
import {
  beginOf,
  type CalendarEntry,
  dayAsked,
  dayOf,
  daysOf,
  dutyOf,
  entriesByDay,
  spanText,
  stepped,
  timesOn,
} from "./calendar-days.ts";

const berlin = "Europe/Berlin";

test("a week begins on Monday, and a month is whole weeks around it", () => {
  assert.deepEqual(daysOf("week", "2026-11-22").slice(0, 1), ["2026-11-16"]);
  const month = daysOf("month", "2026-11-20");
  assert.equal(month[0], "2026-10-26");
  assert.equal(month.at(-1), "2026-12-06");
  assert.equal(daysOf("month", "2027-02-10").length, 28);
});

test("one steps by a week, and by a month whatever its length", () => {
  assert.equal(stepped("week", "2026-12-30", 1), "2027-01-06");
  assert.equal(stepped("month", "2027-01-31", 1), "2027-02-01");
  assert.equal(stepped("month", "2027-01-31", -1), "2026-12-01");
});

test("an address that names no day means today", () => {
  assert.equal(dayAsked("2026-02-28", "2026-11-20"), "2026-02-28");
  for (const text of [undefined, "", "tomorrow", "2026-02-30", "9999-01-01"])
    assert.equal(dayAsked(text, "2026-11-20"), "2026-11-20");
});

test("days begin by the clock of the zone, on days on which clocks change too", () => {
  assert.equal(new Date(beginOf("2026-10-25", berlin)).toISOString(), "2026-10-24T22:00:00.000Z");
  assert.equal(new Date(beginOf("2026-10-26", berlin)).toISOString(), "2026-10-25T23:00:00.000Z");
  assert.equal(new Date(beginOf("2026-03-29", berlin)).toISOString(), "2026-03-28T23:00:00.000Z");
  assert.equal(new Date(beginOf("2026-03-30", berlin)).toISOString(), "2026-03-29T22:00:00.000Z");
  assert.equal(dayOf(Date.parse("2026-11-20T23:30:00Z"), berlin), "2026-11-21");
});

const entry = (kind: CalendarEntry["kind"], from: string, until: string): CalendarEntry => ({
  kind,
  id: `${kind}-${from}`,
  title: kind,
  from,
  until,
  says: "",
});

test("what lasts over midnight stands on both days, each with its own times", () => {
  const night = entry("window", "2026-11-20T21:00:00Z", "2026-11-21T03:00:00Z");
  const days = entriesByDay([night], daysOf("week", "2026-11-20"), "week", "2026-11-20", berlin);

  assert.deepEqual(
    days.filter(({ entries }) => entries.length > 0).map(({ day }) => day),
    ["2026-11-20", "2026-11-21"],
  );
  assert.equal(timesOn(night, "2026-11-20", berlin), "from 22:00");
  assert.equal(timesOn(night, "2026-11-21", berlin), "until 04:00");
});

test("what ends at midnight is not on the next day, and a whole day is one", () => {
  const day = entry("freeze", "2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z");
  const days = entriesByDay([day], daysOf("week", "2026-11-20"), "week", "2026-11-20", berlin);

  assert.deepEqual(
    days.filter(({ entries }) => entries.length > 0).map(({ day: on }) => on),
    ["2026-11-20"],
  );
  assert.equal(timesOn(day, "2026-11-20", berlin), "all day");
});

test("work stands before freezes, windows and duties of the same day", () => {
  const at = ["2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z"] as const;
  const entries = (["duty", "window", "freeze", "work"] as const).map((kind) => entry(kind, ...at));
  const [, , , , friday] = entriesByDay(entries, daysOf("week", "2026-11-20"), "week", "2026-11-20", berlin);

  assert.deepEqual(
    friday?.entries.map(({ kind }) => kind),
    ["work", "freeze", "window", "duty"],
  );
  assert.equal(timesOn(entry("work", ...at), "2026-11-20", berlin), "09:00–10:00");
});

test("days outside of the month are there to fill its weeks", () => {
  const days = entriesByDay([], daysOf("month", "2026-11-20"), "month", "2026-11-20", berlin);
  assert.equal(days.filter(({ outside }) => !outside).length, 30);
  assert.equal(spanText("month", [], "2026-11-20"), "November 2026");
  assert.equal(spanText("week", daysOf("week", "2026-11-20"), "2026-11-20"), "16 November to 22 November 2026");
});

test("an entry names the duty that it is a turn of", () => {
  assert.equal(dutyOf({ kind: "duty", id: "duty-restore-test-2-1764000000000" }), "restore-test-2");
  assert.equal(dutyOf({ kind: "work", id: "work-restore-1" }), undefined);
});
