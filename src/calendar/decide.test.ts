import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Freeze, Window } from "../platform/schedule.ts";
import { apply, withDutyDone } from "./apply.ts";
import { type CalendarConfig, compileCalendar } from "./compiled.ts";
import { decide } from "./decide.ts";
import { type Decision, isChange } from "./decision.ts";
import { assumed } from "./estimate.ts";
import { newOrder } from "./propose.ts";
import { momentsIn } from "./recurrence.ts";
import { type CalendarState, freshState } from "./state.ts";
import type { Gate, WorkOrder } from "./work-order.ts";
import { day, hour, minute } from "./zone.ts";

const start = Date.UTC(2026, 10, 16); // a Monday
const sunday = Date.UTC(2026, 10, 22);

const production: Window = {
  environment: "production",
  days: ["Sunday"],
  from: "02:00",
  to: "06:00",
  zone: "UTC",
  cadence: "quarter",
};

function stateWith(orders: readonly WorkOrder[], config: Partial<CalendarConfig> = {}): CalendarState {
  const calendar = compileCalendar(
    {
      environments: [{ name: "production" }],
      components: [],
      windows: [production],
      freezes: [],
      duties: [],
      ...config,
    },
    start - 100 * day,
    start + 500 * day,
  );
  return {
    ...freshState({ ...calendar, duties: config.duties === undefined ? [] : calendar.duties }),
    orders,
    everOrdered: new Set(orders.map(({ id }) => id)),
  };
}

function planned(change: Partial<WorkOrder> = {}): WorkOrder {
  return newOrder({
    id: "w1",
    title: "GitLab to 18.5",
    origin: { kind: "person", actor: "ada" },
    environment: "production",
    createdAt: start,
    state: "planned",
    changeRequest: "https://git.example/platform/merge_requests/1",
    estimate: assumed(90, 60),
    ...change,
  });
}

function onlyDecision(state: CalendarState, now: number): Decision | undefined {
  const decisions = decide(state, now);
  assert.ok(decisions.length <= 1, JSON.stringify(decisions));
  return decisions[0];
}

function whyNot(state: CalendarState, now: number, order = "w1"): string[] {
  return decide(state, now).flatMap((one) =>
    one.kind === "wait" && one.order === order ? one.why.map(({ kind }) => kind) : [],
  );
}

test("a planned order starts in its window, with the last moment to start and to turn back", () => {
  const decision = onlyDecision(stateWith([planned()]), sunday + 2 * hour);

  assert.equal(decision?.kind, "start");
  assert.equal(decision.room?.latestStart, sunday + 6 * hour - 150 * minute);
  assert.equal(decision.room?.pointOfNoReturn, sunday + 5 * hour);
});

test("the last moment to start is still one, a minute later is not", () => {
  const state = stateWith([planned()]);

  assert.equal(onlyDecision(state, sunday + 3.5 * hour)?.kind, "start");
  assert.deepEqual(whyNot(state, sunday + 3.5 * hour + minute), ["does-not-fit"]);
});

test("an order that never fits is told so inside the window and has no next one", () => {
  const state = stateWith([planned({ estimate: assumed(200, 100) })]);

  assert.deepEqual(whyNot(state, sunday + 2 * hour), ["does-not-fit"]);
  assert.deepEqual(whyNot(state, start), ["no-window"]);
});

test("every reason is given, not only the first", () => {
  const gate: Gate = {
    name: "receipt",
    answer: "unknown",
    why: "no backup was proven",
    expiresAt: undefined,
    evidence: undefined,
  };
  const state = stateWith([planned({ changeRequest: undefined, gates: [gate], notBefore: sunday, state: "proposed" })]);

  assert.deepEqual(whyNot({ ...state, stop: { reason: "audit" } }, start), [
    "emergency-stop",
    "not-planned",
    "planned-later",
    "no-change-request",
    "gate",
    "window-closed",
  ]);
});

test("an answer to a gate that is too old, or rests on nothing, keeps it shut", () => {
  const gate: Gate = {
    name: "approval",
    answer: "open",
    why: "approved by Grace",
    expiresAt: undefined,
    evidence: "sha256:1",
  };
  const at = sunday + 2 * hour;

  assert.equal(onlyDecision(stateWith([planned({ gates: [gate] })]), at)?.kind, "start");
  assert.deepEqual(whyNot(stateWith([planned({ gates: [{ ...gate, expiresAt: at }] })]), at), ["gate"]);
  assert.deepEqual(whyNot(stateWith([planned({ gates: [{ ...gate, evidence: undefined }] })]), at), ["gate"]);
});

test("one opening a quarter: a second Sunday of the quarter is not used, the same one may be", () => {
  const first = decide(stateWith([planned()]), sunday + 2 * hour);
  const running = apply(
    stateWith([planned(), planned({ id: "w2", estimate: assumed(20, 10) })]),
    first,
    sunday + 2 * hour,
  );
  const done: CalendarState = { ...running, orders: running.orders.filter(({ id }) => id === "w2") };

  assert.deepEqual(whyNot(running, sunday + 3 * hour, "w2"), ["another-running"]);
  assert.equal(onlyDecision(done, sunday + 4 * hour)?.kind, "start");
  assert.deepEqual(whyNot(done, sunday + 7 * day + 2 * hour, "w2"), ["turn-used"]);
  // The first Sunday of the next quarter.
  assert.equal(onlyDecision(done, Date.UTC(2027, 0, 3, 2))?.kind, "start");
});

test("of two that are ready the one whose clock runs out first starts, and only that one", () => {
  const orders = [
    planned({ id: "late", deadline: start + 90 * day }),
    planned({ id: "soon", deadline: start + 30 * day }),
  ];

  const decisions = decide(stateWith(orders), sunday + 2 * hour);

  assert.deepEqual(
    decisions.map((one) => [one.kind, "order" in one ? one.order : ""]),
    [
      ["start", "soon"],
      ["wait", "late"],
    ],
  );
});

test("an emergency with a reason starts outside windows and freezes, but not during the emergency stop nor past a shut gate", () => {
  const freezes: Freeze[] = [{ from: "2026-11-01", until: "2026-12-31", reason: "year end" }];
  const order = planned({ emergency: { reason: "the service is down", by: "ada" }, changeRequest: undefined });
  const state = stateWith([order], { freezes });
  const shut: Gate = { name: "receipt", answer: "shut", why: "the proof failed", expiresAt: undefined, evidence: "p1" };

  assert.equal(onlyDecision(state, start)?.kind, "start");
  assert.deepEqual(whyNot({ ...state, stop: { reason: "a person said so" } }, start), ["emergency-stop"]);
  assert.deepEqual(whyNot(stateWith([{ ...order, gates: [shut] }], { freezes }), start), ["gate"]);
});

test("what disturbs nobody needs no window, but a freeze holds it", () => {
  const order = planned({ disruptive: false });
  const freezes: Freeze[] = [{ from: "2026-11-17", until: "2026-11-18", reason: "a demonstration" }];

  assert.equal(onlyDecision(stateWith([order], { freezes }), start)?.kind, "start");
  assert.deepEqual(whyNot(stateWith([order], { freezes }), start + 30 * hour), ["frozen"]);
});

test("a clock that was set back starts nothing", () => {
  const state = { ...stateWith([planned()]), lastDecidedAt: sunday + 3 * hour };

  assert.deepEqual(whyNot(state, sunday + 2 * hour), ["clock-set-back"]);
});

test("an environment that nobody declared has no window", () => {
  assert.deepEqual(whyNot(stateWith([planned({ environment: "prod" })]), start), ["no-environment"]);
});

test("people are told once when a clock runs out and when there is no way back in time", () => {
  const order = planned({ deadline: start + 8 * day, state: "running", closesAt: sunday + 6 * hour });
  const kinds = (state: CalendarState, now: number): string[] =>
    decide(state, now).flatMap((one) => (one.kind === "tell" ? [one.what] : []));

  const state = stateWith([order]);
  assert.deepEqual(kinds(state, sunday + 4 * hour), []);
  assert.deepEqual(kinds(state, sunday + 5 * hour), ["point-of-no-return"]);
  const told = apply(state, decide(state, sunday + 5 * hour), sunday + 5 * hour);
  assert.deepEqual(kinds(told, sunday + 5 * hour), []);
  assert.deepEqual(kinds(told, sunday + 6 * hour), ["overrun"]);
});

test("a finding becomes one work order with guide A's clock, and none once it is closed", () => {
  const finding = {
    id: "f1",
    rule: "security-image",
    title: "A known hole",
    severity: "high" as const,
    environment: "production",
    component: "gitlab",
    since: start,
  };
  const state = { ...stateWith([]), findings: [finding] };

  const decisions = decide(state, start);
  const [proposal] = decisions;
  const next = apply(state, decisions, start);

  assert.equal(proposal?.kind === "propose" ? proposal.order.deadline : undefined, start + 7 * day);
  assert.equal(next.orders.length, 1);
  assert.deepEqual(decide({ ...next, findings: [] }, start + day).filter(isChange), [
    { kind: "cancel", order: next.orders[0]?.id, why: "finding-closed" },
  ]);
  assert.deepEqual(decide({ ...next, findings: undefined }, start + day).filter(isChange), []);
});

test("a duty done before its time is not due again in that turn", () => {
  const [dueAt = 0] = momentsOfReview(start, start + 8 * day);
  const followed = apply(reviewed(), decide(reviewed(), start - day), start - day);

  const done = withDutyDone(followed, "resource-review", dueAt);

  assert.deepEqual(kindsFor(decide(done, dueAt + hour), "resource-review"), []);
  assert.deepEqual(kindsFor(decide(done, dueAt + 7 * day), "resource-review"), ["duty-due"]);
});

function reviewed(): CalendarState {
  return stateWith([], { duties: [] });
}

function momentsOfReview(from: number, until: number): number[] {
  const duty = reviewed().calendar.duties.find(({ id }) => id === "resource-review");
  return duty === undefined ? [] : momentsIn(duty.recurrence, duty.zone, from, until);
}

function kindsFor(decisions: readonly Decision[], duty: string): string[] {
  return decisions.flatMap((one) => ("duty" in one && one.duty === duty ? [one.kind] : []));
}

test("what came due while Millwright was down is said one by one: all but the last were missed", () => {
  const before = start - day;
  const state = apply(reviewed(), decide(reviewed(), before), before);
  const now = start + 21 * day + 12 * hour;

  const decisions = decide(state, now).filter((one) => "duty" in one && one.duty === "resource-review");

  assert.deepEqual(
    decisions.map((one) => [one.kind, "whileDown" in one ? one.whileDown : undefined]),
    [
      ["duty-missed", true],
      ["duty-missed", true],
      ["duty-missed", true],
      ["duty-due", undefined],
    ],
  );
});

// Properties

const window = fc.record({
  environment: fc.constant("production"),
  days: fc.constantFrom("any" as const, "weekdays" as const, "weekends" as const, ["Sunday" as const]),
  from: fc.constantFrom("00:00", "02:00", "22:30"),
  to: fc.constantFrom("06:00", "24:00", "04:15"),
  zone: fc.constantFrom("UTC", "Europe/Paris", "America/New_York"),
  cadence: fc.constantFrom("any" as const, "week" as const, "month" as const, "quarter" as const),
});

const freeze = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 20 })).map(([from, length]) => ({
  from: new Date(start + from * day).toISOString(),
  until: new Date(start + (from + length) * day).toISOString(),
  reason: "because",
}));

const order = fc
  .record({
    forward: fc.integer({ min: 5, max: 300 }),
    rollback: fc.integer({ min: 0, max: 200 }),
    deadline: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
    disruptive: fc.boolean(),
    changeRequest: fc.option(fc.constant("https://git.example/1"), { nil: undefined }),
  })
  .map(({ forward, rollback, deadline, disruptive, changeRequest }) =>
    planned({
      estimate: assumed(forward, rollback),
      deadline: deadline === undefined ? undefined : start + deadline * day,
      disruptive,
      changes: true,
      changeRequest,
    }),
  );

const moments = fc
  .array(fc.integer({ min: 0, max: 120 * 24 * 4 }), { minLength: 1, maxLength: 25 })
  .map((steps) => [...new Set(steps)].toSorted((a, b) => a - b).map((quarter) => start + quarter * 15 * minute));

const scene = fc.record({
  windows: fc.array(window, { minLength: 1, maxLength: 2 }),
  freezes: fc.array(freeze, { maxLength: 3 }),
  orders: fc.array(order, { maxLength: 4 }).map((list) => list.map((one, index) => ({ ...one, id: `w${index}` }))),
  moments,
});

test("nothing disruptive starts outside a window, in a freeze, without a change request, or without room for its way back", () => {
  fc.assert(
    fc.property(scene, ({ windows, freezes, orders, moments: when }) => {
      let state = stateWith(orders, { windows, freezes });
      for (const now of when) {
        const decisions = decide(state, now);
        for (const decision of decisions) {
          if (decision.kind !== "start") continue;
          const started = state.orders.find(({ id }) => id === decision.order);
          assert.ok(started?.changeRequest !== undefined);
          for (const one of freezes)
            assert.ok(now < Date.parse(one.from) || now >= Date.parse(one.until), "in a freeze");
          if (!started.disruptive) continue;
          const { opening } = decision.room ?? assert.fail("no room");
          assert.ok(
            opening.from <= now &&
              now + (started.estimate.forwardMinutes + started.estimate.rollbackMinutes) * minute <= opening.until,
          );
        }
        state = apply(state, decisions, now);
      }
    }),
    { numRuns: 150 },
  );
});

test("deciding again after applying says nothing new", () => {
  fc.assert(
    fc.property(scene, ({ windows, freezes, orders, moments: when }) => {
      let state = stateWith(orders, { windows, freezes, duties: [] });
      for (const now of when) {
        state = apply(state, decide(state, now), now);
        assert.deepEqual(decide(state, now).filter(isChange), []);
      }
    }),
    { numRuns: 60 },
  );
});

test("no turn of a duty is forgotten or said twice, however seldom Millwright looks", () => {
  fc.assert(
    fc.property(moments, (when) => {
      let state = reviewed();
      const first = when[0] ?? start;
      const last = when.at(-1) ?? start;
      const ended = new Map<string, string[]>();
      for (const now of when) {
        const decisions = decide(state, now);
        for (const one of decisions) {
          if (one.kind === "duty-due" || one.kind === "duty-missed") {
            const key = `${one.duty} ${one.dueAt}`;
            ended.set(key, [...(ended.get(key) ?? []), one.kind]);
          }
        }
        state = apply(state, decisions, now);
      }
      for (const duty of state.calendar.duties) {
        const due = momentsIn(duty.recurrence, duty.zone, first, last);
        due.forEach((dueAt, index) => {
          const said = ended.get(`${duty.id} ${dueAt}`) ?? [];
          if (index === due.length - 1) assert.deepEqual(said, ["duty-due"]);
          else assert.deepEqual(said.at(-1), "duty-missed");
          assert.ok(said.length <= 2);
          ended.delete(`${duty.id} ${dueAt}`);
        });
      }
      assert.equal(ended.size, 0, "said of a turn that is none");
    }),
    { numRuns: 60 },
  );
});

test("looking often or seldom leads to the same duties", () => {
  fc.assert(
    fc.property(moments, (when) => {
      const first = when[0] ?? start;
      const last = when.at(-1) ?? start;
      const begun = apply(reviewed(), decide(reviewed(), first), first);

      const often = when.reduce((state, now) => apply(state, decide(state, now), now), begun);
      const seldom = apply(begun, decide(begun, last), last);

      assert.deepEqual([...often.duties].toSorted(), [...seldom.duties].toSorted());
    }),
    { numRuns: 60 },
  );
});
