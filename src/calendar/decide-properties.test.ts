import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { apply } from "./apply.ts";
import { decide } from "./decide.ts";
import { isChange } from "./decision.ts";
import { assumed } from "./estimate.ts";
import { momentsIn } from "./recurrence.ts";
import { planned, reviewed, start, stateWith } from "./scene.test-support.ts";
import { day, minute } from "./zone.ts";

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

      assert.deepEqual(often.duties, seldom.duties);
    }),
    { numRuns: 60 },
  );
});
