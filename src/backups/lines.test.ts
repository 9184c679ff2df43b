import assert from "node:assert/strict";
import { test } from "node:test";
import { allOf, endedBy, linesOf } from "./lines.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("lines are the same wherever the pieces of a text end, within a letter too", async () => {
  const text = "\ufefffirst\n\nthe third, größer\n🌊\nwithout an end";
  for (let size = 1; size <= Buffer.byteLength(text) + 1; size += 1)
    assert.deepEqual(await allOf(linesOf(inPieces(text, size))), text.split("\n"), `pieces of ${size}`);
  assert.deepEqual(await allOf(linesOf(inPieces("ended\n", 3))), ["ended"]);
  assert.deepEqual(await allOf(linesOf(inPieces("", 3))), []);
});

test("what comes after the last end is told apart, also where it is half a letter", async () => {
  const cut = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a\0b c\0");
    yield Buffer.from("ö").subarray(0, 1);
  };
  const names = endedBy("\0", cut());
  assert.deepEqual(await names.next(), { done: false, value: "a" });
  assert.deepEqual(await names.next(), { done: false, value: "b c" });
  assert.deepEqual(await names.next(), { done: true, value: "\ufffd" });
});
