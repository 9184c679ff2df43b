import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareReleases } from "../kernel/version.ts";
import { type Cost, compareCosts, type Instance, type Move, solve } from "./solve.ts";

/** Every sequence of release hops and datastore moves there is, judged by the definition alone; the cheapest wins. */
function bruteForce(instance: Instance): Cost | undefined {
  const last = instance.releases.length - 1;
  const middle = Array.from({ length: Math.max(0, last - 1) }, (_, index) => index + 1);
  let best: Cost | undefined;
  for (const visited of subsets(middle)) {
    const route = [0, ...visited, last];
    for (const majors of assignments(route.length, instance.majors)) {
      const cost = costOf(instance, route, majors);
      if (cost !== undefined && (best === undefined || compareCosts(cost, best) < 0)) best = cost;
    }
  }
  return best;
}

function subsets(items: readonly number[]): number[][] {
  return items.reduce<number[][]>((all, item) => [...all, ...all.map((set) => [...set, item])], [[]]);
}

/** For each place of a route, the major the datastore has when that place is left. */
function assignments(places: number, majors: readonly number[]): (number | undefined)[][] {
  if (places === 1) return [[]];
  return assignments(places - 1, majors).flatMap((left) => [undefined, ...majors].map((major) => [...left, major]));
}

/** The cost of leaving place i of `route` with the major `majors[i]` (undefined: unchanged), or undefined if that is illegal. */
function costOf(
  instance: Instance,
  route: readonly number[],
  majors: readonly (number | undefined)[],
): Cost | undefined {
  let major = instance.datastore;
  let [moves, earliness, height] = [0, 0, 0];
  for (const [place, on] of route.slice(0, -1).entries()) {
    const next = majors[place];
    if (next !== undefined) {
      if (next <= major || !canHold(instance, on, next)) return undefined;
      major = next;
      moves += 1;
      earliness += instance.releases.length - 1 - on;
      height += next;
    }
    if (!canStep(instance, on, route[place + 1] ?? -1, major)) return undefined;
  }
  return [route.length - 1, moves, earliness, height];
}

function canHold(instance: Instance, on: number, major: number): boolean {
  const { min = 0, reach = 0 } = instance.releases[on]?.window ?? {};
  return min <= major && major <= reach;
}

function canStep(instance: Instance, on: number, to: number, major: number): boolean {
  const [here, there] = [instance.releases[on], instance.releases[to]];
  if (here === undefined || there === undefined) return false;
  const isJumped = (stop: readonly number[]) =>
    compareReleases(here.minor, stop) * compareReleases(stop, there.minor) === 1;
  const { min = 0, max = Number.POSITIVE_INFINITY } = there.window;
  return !instance.stops.some(isJumped) && min <= major && major <= max;
}

const window = fc
  .record({
    min: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    room: fc.nat({ max: 2 }),
    short: fc.nat({ max: 1 }),
    open: fc.boolean(),
  })
  .map(({ min, room, short, open }) => {
    const max = (min ?? 1) + room;
    return { min, max: open ? undefined : max, reach: Math.max(1, max - short) };
  });

const instances: fc.Arbitrary<Instance> = fc.record({
  releases: fc.uniqueArray(fc.nat({ max: 8 }), { minLength: 2, maxLength: 6 }).chain((minors) => {
    const sorted = [...minors].sort((a, b) => a - b);
    return fc.array(window, { minLength: sorted.length, maxLength: sorted.length }).map((windows) =>
      sorted.map((minor, index) => ({
        minor: [1, minor],
        window: windows[index] ?? { min: undefined, max: undefined, reach: 1 },
      })),
    );
  }),
  stops: fc.array(
    fc.nat({ max: 8 }).map((minor) => [1, minor]),
    { maxLength: 3 },
  ),
  datastore: fc.integer({ min: 1, max: 3 }),
  majors: fc.constant([1, 2, 3, 4, 5]),
});

test("the solver finds what trying everything finds, datastore moves included", () => {
  let [solved, impossible] = [0, 0];
  fc.assert(
    fc.property(instances, (instance) => {
      const expected = bruteForce(instance);
      const found = solve(instance);

      assert.deepEqual(found?.cost, expected);
      if (found === undefined) impossible += 1;
      else {
        solved += 1;
        assert.deepEqual(replay(instance, found.moves), expected);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(solved > 20 && impossible > 20, `both cases are met: ${solved} solved, ${impossible} impossible`);
});

/** The cost of the moves themselves, judged by the definition. */
function replay(instance: Instance, moves: readonly Move[]): Cost | undefined {
  const route = [0];
  const majors: (number | undefined)[] = [];
  let pending: number | undefined;
  for (const move of moves) {
    if (move.kind === "datastore") {
      assert.equal(move.on, route.at(-1));
      assert.equal(pending, undefined, "one move a place");
      pending = move.to;
    } else {
      route.push(move.to);
      majors.push(pending);
      pending = undefined;
    }
  }
  assert.equal(pending, undefined, "no move after the last release");
  return costOf(instance, route, majors);
}

const open = { min: undefined, max: undefined, reach: 0 };

test("a stop without any release in its minor cannot be passed", () => {
  const instance = {
    releases: [
      [1, 0],
      [1, 4],
    ].map((minor) => ({ minor, window: open })),
    stops: [[1, 2]],
    datastore: 1,
    majors: [],
  };

  assert.equal(solve(instance), undefined);
});

test("a datastore is moved as late as its window allows", () => {
  const instance = {
    releases: [
      { minor: [1, 0], window: { min: 1, max: 2, reach: 2 } },
      { minor: [1, 5], window: { min: 1, max: 2, reach: 2 } },
      { minor: [2, 0], window: { min: 2, max: 2, reach: 2 } },
    ],
    stops: [[1, 5]],
    datastore: 1,
    majors: [1, 2],
  };

  assert.deepEqual(solve(instance)?.moves, [
    { kind: "release", to: 1 },
    { kind: "datastore", on: 1, to: 2 },
    { kind: "release", to: 2 },
  ]);
});
