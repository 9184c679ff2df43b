import assert from "node:assert/strict";
import { test } from "node:test";
import { processMemory } from "../edge/memory.ts";
import { quietMemory } from "./quiet-memory.ts";

const million = 1_000_000;

test("memory is given back once after a time of load, and not while somebody would wait", () => {
  const world = { held: 500 * million, used: 0, given: 0 };
  const look = quietMemory({
    held: () => world.held,
    usedMillis: () => world.used,
    giveBack() {
      world.given += 1;
      world.held = 190 * million;
      world.used += 200;
    },
  });
  world.used += 9000;
  look();
  assert.equal(world.given, 0, "busy");
  world.used += 200;
  look();
  assert.equal(world.given, 1);
  for (let round = 0; round < 5; round += 1) {
    world.used += 200;
    world.held += 5 * million;
    look();
  }
  assert.equal(world.given, 1, "little has come since");
  world.held += 100 * million;
  look();
  assert.equal(world.given, 2);
});

test("what a process no longer needs goes back to the machine", () => {
  const lists = Array.from({ length: 40 }, () => Array.from({ length: 100_000 }, (_, index) => ({ index })));
  const full = processMemory.held();
  lists.length = 0;
  processMemory.giveBack();
  assert.ok(full - processMemory.held() > 50 * million, `${full} to ${processMemory.held()}`);
  assert.ok(processMemory.usedMillis() > 0);
});
