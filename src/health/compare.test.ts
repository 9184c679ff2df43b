import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { alphaEach, compareErrors, compareLatency, gateOf } from "./compare.ts";
import { falseAlarmsAsMarkdown, measureFalseAlarms, seededRandom } from "./false-alarms.test-support.ts";

const rounds = 1500;
const measured = measureFalseAlarms(rounds, seededRandom(20261120));

test("identical distributions raise no more false alarms than was said", () => {
  for (const { kind, samples, alpha, alarms } of measured) {
    // Three standard errors of a measurement with so many rounds.
    const tolerance = 3 * Math.sqrt((alpha * (1 - alpha)) / rounds);
    assert.ok(alarms / rounds <= alpha + tolerance, `${kind}, ${samples}: ${alarms} of ${rounds}`);
  }
});

test("the test itself is not idle: leaving the effect's size aside it errs about as often as it may", () => {
  for (const { kind, samples, alarms } of measured) {
    if (kind === "latency, sure alone" && samples >= 20) assert.ok(alarms / rounds > 0.035, `${samples}: ${alarms}`);
  }
});

test("the page for operators shows the measured rates", () => {
  const page = join(import.meta.dirname, "../../docs/health.md");
  assert.ok(existsSync(page));
  const words = (text: string): string => text.replace(/[ -]+/g, " ");
  assert.ok(
    words(readFileSync(page, "utf8")).includes(words(falseAlarmsAsMarkdown(measured))),
    `docs/health.md needs:\n${falseAlarmsAsMarkdown(measured)}`,
  );
});

function around(center: number, count: number, seed: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => center * (0.9 + 0.2 * random()));
}

test("a third slower is seen, a twentieth is let pass however sure it is", () => {
  assert.equal(compareLatency(around(100, 40, 1), around(133, 40, 2)).kind, "worse");
  const slightly = compareLatency(around(100, 400, 3), around(105, 400, 4));
  assert.equal(slightly.kind, "not-worse");
  assert.ok(slightly.p < 0.01, "sure, and small");
});

test("faster is not worse, and wild values are few among many", () => {
  assert.equal(compareLatency(around(100, 40, 1), around(60, 40, 2)).kind, "not-worse");
  const wild = [...around(100, 39, 5), 60_000];
  assert.equal(compareLatency(around(100, 40, 6), wild).kind, "not-worse");
});

test("too few values are unknown, on either side", () => {
  const many = around(100, 40, 1);
  for (const comparison of [
    compareLatency(many, many.slice(0, 19)),
    compareLatency([], many),
    compareErrors({ hits: 0, of: 5 }, { hits: 5, of: 5 }),
  ]) {
    assert.equal(comparison.kind, "unknown");
    assert.ok(comparison.kind === "unknown" && /20 on each side/.test(comparison.why));
  }
});

test("what is no number or no count makes no comparison", () => {
  assert.equal(compareLatency([...around(1, 30, 1), Number.NaN], around(1, 30, 2)).kind, "unknown");
  assert.equal(compareErrors({ hits: 40, of: 30 }, { hits: 0, of: 30 }).kind, "unknown");
});

test("errors that doubled from few to few are let pass, from few to many they are not", () => {
  assert.equal(compareErrors({ hits: 1, of: 200 }, { hits: 2, of: 200 }).kind, "not-worse");
  assert.equal(compareErrors({ hits: 1, of: 200 }, { hits: 20, of: 200 }).kind, "worse");
});

test("a gate opens on known comparisons alone", () => {
  const fine = compareErrors({ hits: 0, of: 100 }, { hits: 0, of: 100 });
  const worse = compareErrors({ hits: 0, of: 100 }, { hits: 50, of: 100 });
  const unknown = compareErrors({ hits: 0, of: 1 }, { hits: 0, of: 1 });

  assert.deepEqual(
    [gateOf([fine]).open, gateOf([fine, worse]).open, gateOf([fine, unknown]).open, gateOf([]).open],
    [true, false, false, false],
  );
  assert.match(gateOf([fine, worse, unknown]).why, /50 of 100 after/);
  assert.equal(alphaEach(0.05, 5), 0.01);
});
