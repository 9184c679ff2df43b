import assert from "node:assert/strict";
import { test } from "node:test";
import type { Running } from "../../kernel/backup-ports.ts";
import { complaintsOf } from "./restic-check.ts";

/** A restic that prints this and ends so. */
function printing(text: string, status = 0): Running {
  async function* output(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  return { output: output(), ended: Promise.resolve({ status, signal: null, errors: "" }), stop: () => undefined };
}

test("how much of the packs was read is heard; how many snapshots were looked at is another count", async () => {
  const heard: number[] = [];
  const text =
    "check snapshots, trees and blobs\n[0:00] 100.00%  4 / 4 snapshots\nread all data\n[0:01] 22.50%  9 / 40 packs\n[1:00:02] 100.00%  40 / 40 packs\nno errors were found\n";

  assert.deepEqual(await complaintsOf(printing(text), (percent) => heard.push(percent)), []);
  assert.deepEqual(heard, [22.5, 100]);
});

test("what it complains of between them is told without them", async () => {
  const text = "[0:01] 22.50%  9 / 40 packs\nPack ID does not match, want 8e, got 7f\n[0:02] 25.00%  10 / 40 packs\n";

  assert.deepEqual(await complaintsOf(printing(text, 1)), ["Pack ID does not match, want 8e, got 7f"]);
});
