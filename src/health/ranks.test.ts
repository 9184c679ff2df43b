import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fisherHigher } from "./proportions.ts";
import { rankTest } from "./ranks.ts";

/** Few different values, so that there are ties. */
const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 });

function pairs(first: readonly number[], second: readonly number[]): readonly number[] {
  return second.flatMap((high) => first.map((low) => (high > low ? 1 : high === low ? 0.5 : 0)));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Every way to call `size` of the pooled values the second sample. */
function* splits(values: readonly number[], size: number): Generator<readonly [number[], number[]]> {
  for (let mask = 0; mask < 2 ** values.length; mask += 1) {
    const second = values.filter((_, index) => (mask >> index) & 1);
    if (second.length === size) yield [values.filter((_, index) => !((mask >> index) & 1)), second];
  }
}

test("the exact probability is that of trying every split", () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      const observed = sum(pairs(first, second));
      let [higher, all] = [0, 0];
      for (const [a, b] of splits([...first, ...second], second.length)) {
        all += 1;
        if (sum(pairs(a, b)) >= observed) higher += 1;
      }

      const { u, pHigher, method } = rankTest(first, second);

      assert.equal(u, observed);
      assert.equal(method, "exact");
      assert.ok(Math.abs(pHigher - higher / all) < 1e-12, `${pHigher} and ${higher / all}`);
    }),
    { numRuns: 150 },
  );
});

test("delta and shift are those of all pairs", () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      const differences = second.flatMap((high) => first.map((low) => high - low)).toSorted((a, b) => a - b);
      const [low = 0, high = 0] = [differences[(differences.length - 1) >> 1], differences[differences.length >> 1]];

      const { delta, shift } = rankTest(first, second);

      assert.ok(Math.abs(delta - sum(differences.map(Math.sign)) / differences.length) < 1e-12);
      assert.equal(shift, (low + high) / 2);
    }),
  );
});

test("the normal probability comes close to the exact one where the two meet, with ties", () => {
  const first = [3, 3, 4, 5, 5, 5, 6, 7, 8, 9];
  const second = [4, 5, 5, 6, 7, 7, 8, 9, 9, 10];
  const exact = rankTest(first, second);
  const normal = rankTest([...first, 4], second);

  assert.equal(exact.method, "exact");
  assert.equal(normal.method, "normal");
  // R 4: wilcox.test(second, first, alternative = "greater", exact = FALSE) gives 0.0636 for the ten and ten.
  assert.ok(exact.pHigher > 0.05 && exact.pHigher < 0.075, String(exact.pHigher));
  assert.ok(Math.abs(normal.pHigher - exact.pHigher) < 0.03, String(normal.pHigher));
});

test("one value for all says nothing", () => {
  assert.equal(rankTest([5, 5, 5], [5, 5, 5]).pHigher, 1);
  assert.equal(rankTest(Array(30).fill(5), Array(30).fill(5)).pHigher, 1);
});

test("the proportions' probability is that of trying every way the hits can fall", () => {
  const share = fc
    .integer({ min: 1, max: 7 })
    .chain((of) => fc.record({ of: fc.constant(of), hits: fc.integer({ min: 0, max: of }) }));
  fc.assert(
    fc.property(share, share, (first, second) => {
      const values = Array.from({ length: first.of + second.of }, (_, index) =>
        index < first.hits + second.hits ? 1 : 0,
      );
      let [higher, all] = [0, 0];
      for (const [, b] of splits(values, second.of)) {
        all += 1;
        if (sum(b) >= second.hits) higher += 1;
      }

      assert.ok(Math.abs(fisherHigher(first, second) - higher / all) < 1e-9);
    }),
    { numRuns: 150 },
  );
});

test("Fisher's own tea tasting gives his number", () => {
  // 3 of 4 right against 1 of 4: (16 + 1) / 70.
  assert.ok(Math.abs(fisherHigher({ hits: 1, of: 4 }, { hits: 3, of: 4 }) - 17 / 70) < 1e-12);
});
