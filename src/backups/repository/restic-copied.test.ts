import assert from "node:assert/strict";
import { test } from "node:test";
import { copied } from "./restic-copied.ts";

/** What is told of a copy that prints this. */
async function toldOf(printed: string): Promise<readonly (readonly [string, number])[]> {
  const told: [string, number][] = [];
  const output = (async function* () {
    for (const character of printed) yield Buffer.from(character);
  })();
  const ended = Promise.resolve({ status: 0, signal: null, errors: "" });
  const end = await copied({ output, ended, stop: () => undefined }, (...one) => void told.push(one));
  assert.equal(end.status, 0);
  return told;
}

test("each snapshot is told as its packs go and when it is there, also one that was there before", async () => {
  const printed = `
snapshot aaaaaaaa of [/dump] at 2026-11-20 09:00:00 +0000 UTC)
  copy started, this may take a while...
[0:00] 40.00%  2 / 5 packs copied
[0:01] 100.00%  5 / 5 packs copied

snapshot 11111111 saved

snapshot bbbbbbbb of [/dump] at 2026-11-20 09:00:00 +0000 UTC)
skipping source snapshot bbbbbbbb, was already copied to snapshot 22222222
`;
  assert.deepEqual(await toldOf(printed), [
    ["aaaaaaaa", 0.4],
    ["aaaaaaaa", 1],
    ["aaaaaaaa", 1],
    ["bbbbbbbb", 1],
  ]);
});

test("a restic that begins with several before it copies tells of each of them", async () => {
  const printed = `[0:00] 100.00%  3 / 3 index files loaded
snapshot aaaaaaaa of [/dump] at 2026-11-20 09:00:00 by root@host
snapshot bbbbbbbb of [/dump] at 2026-11-20 09:00:00 by root@host
skipping source snapshot bbbbbbbb, was already copied to snapshot 22222222
snapshot cccccccc of [/dump] at 2026-11-20 09:00:00 by root@host
[0:00] 50.00%  1 / 2 packs copied
snapshot 33333333 saved, copied from source snapshot cccccccc
snapshot 11111111 saved, copied from source snapshot aaaaaaaa
`;
  assert.deepEqual(await toldOf(printed), [
    ["bbbbbbbb", 1],
    ["aaaaaaaa", 0.5],
    ["cccccccc", 0.5],
    ["cccccccc", 1],
    ["aaaaaaaa", 1],
  ]);
});

test("what it prints of other things tells nothing", async () => {
  assert.deepEqual(await toldOf("snapshot saved\n[0:00] 12.00%  1 / 2 packs\nsnapshot 11111111 saved\nsnapshot "), []);
});
