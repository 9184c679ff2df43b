import assert from "node:assert/strict";
import { test } from "node:test";
import { seldom } from "./seldom.ts";

test("a line that comes again and again is said once a minute, with how often it came", () => {
  const said: string[] = [];
  let now = 0;
  const log = seldom(
    (line) => said.push(line),
    () => now,
  );
  for (; now < 130_000; now += 1000) log("the database is away");
  log("another");

  assert.deepEqual(said, [
    "the database is away",
    "the database is away (and 59 times since it was last said)",
    "the database is away (and 59 times since it was last said)",
    "another",
  ]);
});

test("lines that are all different are all said, and take no memory without end", () => {
  const said: string[] = [];
  const log = seldom(
    (line) => said.push(line),
    () => 0,
  );
  for (let number = 0; number < 2000; number += 1) log(`line ${number}`);
  assert.equal(said.length, 2000);
});
