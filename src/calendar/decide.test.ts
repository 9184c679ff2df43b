import assert from "node:assert/strict";
import { test } from "node:test";
import type { Freeze } from "../platform/schedule.ts";
import { apply, withDutyDone } from "./apply.ts";
import { decide } from "./decide.ts";
import { type Decision, isChange } from "./decision.ts";
import { assumed } from "./estimate.ts";
import { momentsIn } from "./recurrence.ts";
import { planned, reviewed, start, stateWith, sunday } from "./scene.test-support.ts";
import type { CalendarState } from "./state.ts";
import type { Gate } from "./work-order.ts";
import { day, hour, minute } from "./zone.ts";

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
  assert.equal(
    onlyDecision(state, sunday + 3 * hour - minute)?.kind,
    "start",
    "two servers' clocks may differ by a little",
  );
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

test("a thousand findings that are mended together are one work order, as urgent as the worst, and no second one comes", () => {
  const one = (index: number, key: string) => ({
    id: `f${index}`,
    rule: "security-image",
    title: `Hole ${index}`,
    severity: index === 7 ? ("critical" as const) : ("high" as const),
    environment: "production",
    component: undefined,
    since: start - index,
    together: { key, title: "Images with known holes in production" },
  });
  const findings = Array.from({ length: 1000 }, (_, index) => one(index, index % 2 === 0 ? "even" : "odd"));
  const state = { ...stateWith([]), findings };
  const decisions = decide(state, start);
  const orders = decisions.flatMap((decision) => (decision.kind === "propose" ? [decision.order] : []));
  assert.deepEqual(
    orders.map(({ title, severity }) => [title, severity]),
    [
      ["Images with known holes in production: 500 findings", "high"],
      ["Images with known holes in production: 500 findings", "critical"],
    ],
  );
  const next = apply(state, decisions, start);
  const more = { ...next, findings: [...findings, { ...one(1001, "odd"), since: start + 1 }] };
  assert.deepEqual(decide(more, start + 1).filter(isChange), [], "it joins the work that is open");

  const left = { ...next, findings: findings.slice(999) };
  const cancelled = decide(left, start + 1).filter((decision) => decision.kind === "cancel");
  assert.equal(cancelled.length, 1, "the work stays as long as one of its findings is open");
});

test("work that was given up comes back only with a finding that is new", () => {
  const finding = {
    id: "f1",
    rule: "security-image",
    title: "A hole",
    severity: "high" as const,
    environment: "production",
    component: undefined,
    since: start,
    together: { key: "holes", title: "Holes" },
  };
  const state = { ...stateWith([]), findings: [finding] };
  const proposed = apply(state, decide(state, start), start);
  const given = { ...proposed, orders: [] };
  assert.deepEqual(decide(given, start + 1).filter(isChange), []);
  const news = { ...given, findings: [finding, { ...finding, id: "f2", since: start + 1 }] };
  assert.equal(decide(news, start + 2).filter(({ kind }) => kind === "propose").length, 1);
});
