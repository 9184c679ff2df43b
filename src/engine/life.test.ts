import assert from "node:assert/strict";
import test from "node:test";
import { Life } from "./life.ts";

test("what was held while the process stood still is given up, also when a beat was under way", async () => {
  let time = 0;
  const life = new Life(() => time, 10_000);
  const held = life.signal();
  await life.beat(async () => {
    time = 60_000;
  });
  assert.equal(held.aborted, true);
  assert.equal(life.sure(), false, "that beat was sent a minute ago");

  await life.beat(async () => undefined);
  assert.equal(life.sure(), true);
  assert.equal(life.signal().aborted, false);
});

test("a beat that did not arrive renews nothing", async () => {
  let time = 0;
  const life = new Life(() => time, 10_000);
  const held = life.signal();
  time = 9000;
  await assert.rejects(life.beat(() => Promise.reject(new Error("no database"))));
  time = 10_000;
  life.check();
  assert.equal(held.aborted, true);
});

test("who beats in time keeps what it holds, and an end is final", async () => {
  let time = 0;
  const life = new Life(() => time, 10_000);
  const held = life.signal();
  for (const moment of [4000, 8000, 12_000, 16_000]) {
    time = moment;
    await life.beat(async () => undefined);
  }
  assert.equal(held.aborted, false);
  life.end();
  await life.beat(async () => undefined);
  assert.equal(held.aborted, true);
  assert.equal(life.signal().aborted, true);
});
