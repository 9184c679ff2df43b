import assert from "node:assert/strict";
import { createHash, hash, randomBytes } from "node:crypto";
import { test } from "node:test";
import type { RedisCli } from "./cli.ts";
import { HeldNames } from "./held-names.ts";
import { namesOf } from "./names.ts";

/** Names as `redis-cli --scan` prints them, in chunks that end anywhere. */
function scanned(names: readonly string[], before: () => void = () => undefined): RedisCli {
  return {
    label: "a list",
    async *run() {
      before();
      const bytes = Buffer.from(names.map((name) => `${name}\n`).join(""));
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
}

const names = Array.from({ length: 5000 }, (_, index) => `key ${index}`);
const counted = new Map([[0, names.length]]);

test("names of more keys than are held at once are all in the digest, which is that of one turn", async () => {
  const inOne = await namesOf(scanned(names), counted);
  let turns = 0;
  const many = await namesOf(
    scanned(names.toReversed(), () => (turns += 1)),
    counted,
    500,
  );
  const others = await namesOf(scanned(names.with(4321, "another")), counted, 500);

  const sorted = names.map((name) => hash("sha256", `0 ${name}`)).toSorted();
  assert.equal(inOne, `sha256:${createHash("sha256").update(sorted.join("")).digest("hex")}`);
  assert.equal(many, inOne);
  assert.ok(turns >= 13, `${turns}`);
  assert.notEqual(others, inOne);
});

test("a name that is told twice counts once, and keys that come in while they are read find room", async () => {
  const few = new Map([[0, 10]]);

  const twice = await namesOf(scanned([...names, ...names.slice(0, 700)]), counted, 2000);
  const more = await namesOf(scanned(names), few, 2000);

  assert.deepEqual([twice, more], [await namesOf(scanned(names), counted), twice]);
});

test("digests that begin alike are told apart by all of their bytes", () => {
  const digests = Array.from({ length: 300 }, (_, index) =>
    Buffer.concat([Buffer.alloc(6, index % 3), randomBytes(26)]),
  );
  const held = new HeldNames(700);
  for (const one of [...digests, ...digests]) assert.equal(held.add(one), true);

  assert.deepEqual(
    [...held.sorted()].map((one) => one.toString("hex")),
    digests.map((one) => one.toString("hex")).toSorted(),
  );
  for (let free = 100; free > 0; free -= 1) held.add(randomBytes(32));
  assert.equal(held.add(randomBytes(32)), false);
});
