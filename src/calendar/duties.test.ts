import assert from "node:assert/strict";
import { test } from "node:test";
import { cadences, clocks, dependencyCadences } from "../guides/numbers.ts";
import { clockHours } from "./clocks.ts";
import { dutiesOf, knownDuties } from "./duties.ts";

test("every cadence of the guides' schedule is a duty with the guides' time and length", () => {
  for (const { task, every, minutes, at } of cadences) {
    const duty = knownDuties.find(({ title }) => title.toLowerCase() === task.toLowerCase());
    assert.equal(duty?.every, every, task);
    assert.equal(duty?.lengthMinutes, minutes, task);
    if (at !== "automated" && at !== "planned window") assert.equal(duty?.on, at, task);
  }
});

test("every dependency with a cadence is a duty", () => {
  for (const { dependency, every } of dependencyCadences) {
    if (every === "as needed") continue;
    assert.equal(knownDuties.find(({ title }) => title === dependency)?.every, every, dependency);
  }
});

test("rotations and images have the guides' cadences", () => {
  const every = (id: string): string | undefined => knownDuties.find((duty) => duty.id === id)?.every;

  assert.equal(every("rotate-oauth-secrets"), "quarter");
  assert.equal(every("rotate-access-keys"), "month");
  assert.equal(every("rotate-database-passwords"), "year");
  assert.equal(every("container-images"), "week");
  assert.equal(every("major-versions"), "year");
  assert.equal(every("restore-test"), "month");
});

test("the clocks are guide A's", () => {
  for (const { severity, hours } of clocks) assert.equal(clockHours[severity], hours);
});

test("ids are unique and every duty says what proves it", () => {
  assert.equal(new Set(knownDuties.map(({ id }) => id)).size, knownDuties.length);
  for (const duty of knownDuties) assert.ok(duty.evidence.length > 5 && duty.steps.length > 0, duty.id);
});

test("a team changes a duty, puts one off, and adds its own", () => {
  const duties = dutiesOf(
    [
      { id: "resource-review", on: "Wednesday 14:00", owner: "ops" },
      { id: "cost-review", off: "the finance team does it for us" },
      { id: "licences", title: "Licences", every: "year", lengthMinutes: 30 },
    ],
    "Europe/Paris",
  );

  const review = duties.find(({ id }) => id === "resource-review");
  assert.equal(review?.recurrence.minutes, 14 * 60);
  assert.equal(review?.owner, "ops");
  assert.equal(review?.zone.name, "Europe/Paris");
  assert.equal(review?.lengthMinutes, 30);
  assert.equal(
    duties.find(({ id }) => id === "cost-review"),
    undefined,
  );
  assert.equal(duties.find(({ id }) => id === "licences")?.title, "Licences");
});

test("a duty made rarer loses the day that was meant for its old turn", () => {
  const [duty] = dutiesOf([{ id: "resource-review", every: "quarter" }], "UTC").filter(
    ({ id }) => id === "resource-review",
  );

  assert.deepEqual(duty?.recurrence.on, { kind: "last-working-day" });
});

test("a duty of one's own without a cadence is refused with the ids that are known", () => {
  assert.throws(
    () => dutiesOf([{ id: "resource-reviews" }], "UTC"),
    /needs title, every and lengthMinutes.*resource-review/,
  );
});
