import assert from "node:assert/strict";
import { test } from "node:test";
import type { Window } from "../platform/schedule.ts";
import { catchUpCollision, gitlabPace, monthsToCatchUp, type Track } from "./catch-up.ts";
import { collisionsIn } from "./collisions.ts";
import { type CalendarConfig, compileCalendar } from "./compiled.ts";
import { assumed, estimateFrom } from "./estimate.ts";
import { simulate } from "./simulate.ts";
import { freshState } from "./state.ts";
import { gitlabTracks } from "./tracks.ts";
import { day, hour } from "./zone.ts";

const from = Date.UTC(2027, 0, 1);
const until = Date.UTC(2028, 0, 1);

/** The guides' own windows and duties. */
const guides: CalendarConfig = { environments: [], components: [], windows: [], freezes: [], duties: [] };

function compiled(config: Partial<CalendarConfig> = {}) {
  return compileCalendar({ ...guides, ...config }, from - 100 * day, until + 100 * day);
}

function linesOf(kind: string, title: RegExp, config: Partial<CalendarConfig> = {}): string {
  const found = collisionsIn(compiled(config), from, until).find((one) => one.kind === kind && title.test(one.title));
  return found?.arithmetic.join("\n") ?? "";
}

test("production once a quarter collides with seven days for a high finding, with the sum", () => {
  const lines = linesOf("clock", /^production/);

  assert.match(lines, /once a quarter: 4 usable openings in 365 days/);
  assert.match(lines, /high allows 7 days: of a finding on 3\d\d of 365 days it runs out first/);
});

test("a first-Friday update fits no production window", () => {
  assert.match(
    linesOf("preferred-time", /^production/),
    /Version updates, each month on the first Friday at 09:00 \(UTC\), 120 min: 0 of 12 fit/,
  );
  assert.match(linesOf("too-few-openings", /^production/), /Version updates: 12 times, so it is skipped 8 times/);
});

test("the duties need more time than production's windows have", () => {
  assert.match(linesOf("too-little-time", /^production/), /4 usable openings have 16 h/);
});

test("a freeze over a whole quarter is said", () => {
  const lines = linesOf("frozen-turn", /^production/, {
    freezes: [{ from: "2027-04-01", until: "2027-07-01", reason: "a launch" }],
  });

  assert.match(lines, /1 between them without any/);
});

test("where a window is always open and nothing is due nothing collides", () => {
  const windows: Window[] = [
    { environment: "lab", days: "any", from: "00:00", to: "24:00", zone: "UTC", cadence: "any" },
  ];

  assert.deepEqual(collisionsIn(compiled({ environments: [{ name: "lab" }], windows }), from, until), []);
});

test("one hop a quarter never catches up with GitLab; a monthly window does, in months that can be counted", () => {
  const track: Track = {
    title: "GitLab",
    environment: "production",
    hopsBehind: 6,
    hopsPerOpening: 1,
    openingsPerYear: 4,
    ...gitlabPace,
  };

  const collision = catchUpCollision(track);

  assert.equal(monthsToCatchUp(track), undefined);
  assert.match(
    collision?.arithmetic.join("\n") ?? "",
    /4 × 1 hop × at most 3 releases = 12 releases a year; upstream makes 12\./,
  );
  assert.match(collision?.arithmetic.join("\n") ?? "", /6 hops behind today, 6 in a year/);
  assert.equal(monthsToCatchUp({ ...track, openingsPerYear: 12 }), 9);
  assert.equal(catchUpCollision({ ...track, hopsPerOpening: 2 }), undefined);
  assert.equal(monthsToCatchUp({ ...track, hopsBehind: 0 }), 0);
});

test("a year that begins amid a quarter has four openings, not five", () => {
  const calendar = compileCalendar(guides, Date.UTC(2026, 10, 20) - 100 * day, Date.UTC(2028, 10, 20));

  const tracks = gitlabTracks(calendar, Date.UTC(2026, 10, 20), { hopsBehind: undefined, hopsPerOpening: 1 });

  assert.deepEqual(
    tracks.map(({ environment, openingsPerYear }) => [environment, openingsPerYear]),
    [
      ["development", 52],
      ["staging", 12],
      ["production", 4],
    ],
  );
});

test("in a year of the guides' own rules production does what fits into four openings and lets the rest lapse", () => {
  const played = simulate({ state: freshState(compiled()), from, until, dutiesAreDone: true });

  const here = played.orders.filter(({ order }) => order.environment === "production");
  const starts = new Set(
    here.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [Math.floor(startedAt / day)])),
  );
  assert.equal(starts.size, 4);
  assert.ok(
    here.filter(({ outcome }) => outcome === "lapsed").length > here.filter(({ outcome }) => outcome === "done").length,
  );
  assert.equal(played.duties.get("security-scans")?.due, 365);
  assert.equal(played.duties.get("security-scans")?.missed, 0);
});

test("duties that nobody does are missed, each but the last", () => {
  const played = simulate({ state: freshState(compiled()), from, until, dutiesAreDone: false });

  assert.deepEqual(played.duties.get("resource-review"), { due: 52, missed: 51 });
});

test("work never runs past its window, and room for its rollback is left", () => {
  const played = simulate({ state: freshState(compiled()), from, until, dutiesAreDone: true });

  for (const { order, startedAt } of played.orders) {
    if (startedAt === undefined || order.environment !== "staging") continue;
    const needed = (order.estimate.forwardMinutes + order.estimate.rollbackMinutes) * 60_000;
    assert.ok((startedAt % day) + needed <= 4 * hour, order.title);
  }
});

test("a finding that comes up on the way is mended, or its clock runs out", () => {
  const finding = {
    id: "f1",
    rule: "security-image",
    title: "A known hole",
    severity: "high" as const,
    environment: "production",
    component: "gitlab",
    // After the quarter's first Sunday, whose opening the duties use.
    since: Date.UTC(2027, 1, 2),
  };

  const played = simulate({ state: freshState(compiled()), from, until, dutiesAreDone: true, arrivals: [finding] });

  const order = played.orders.find(({ order: { origin } }) => origin.kind === "finding");
  assert.equal(order?.raisedAt, finding.since);
  assert.equal(order.outcome, "late");
  assert.equal(new Date(order.startedAt ?? 0).toISOString().slice(0, 7), "2027-04");
});

test("few timed runs only make an estimate longer; enough of them replace it", () => {
  const guess = assumed(60, 30);

  assert.equal(estimateFrom([{ forwardMinutes: 20 }], guess).forwardMinutes, 60);
  assert.equal(estimateFrom([{ forwardMinutes: 90 }], guess).forwardMinutes, 90);
  const measured = estimateFrom(
    [10, 12, 11, 30].map((forwardMinutes) => ({ forwardMinutes })),
    guess,
  );
  assert.deepEqual(measured, { forwardMinutes: 30, rollbackMinutes: 30, basis: "measured", samples: 4 });
});
