import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { byteRange, decode, positionOf } from "./lines.ts";

const encoder = new TextEncoder();

test("lines and columns count from 1, columns in characters", () => {
  const text = "a: 1\r\nkey: é😀x\n";

  assert.deepEqual(positionOf(text, 0), { line: 1, column: 1 });
  assert.deepEqual(positionOf(text, text.indexOf("key")), { line: 2, column: 1 });
  assert.deepEqual(positionOf(text, text.indexOf("x")), { line: 2, column: 8 });
  assert.deepEqual(positionOf(text, text.length), { line: 3, column: 1 });
});

test("a byte order mark is in the bytes but not in the columns", () => {
  const text = "\ufeffa: 1";

  assert.deepEqual(positionOf(text, 1), { line: 1, column: 1 });
  assert.deepEqual(positionOf(text, 4), { line: 1, column: 4 });
  assert.deepEqual(byteRange(text, 1, 2), [3, 4]);
});

const longText = fc
  .array(
    fc.tuple(fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\n", "\r\n"), maxLength: 20 }), fc.nat(200)),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.map(([piece, times]) => piece.repeat(times)).join(""));

test("bytes and columns are those of the encoded text, however long it is", () => {
  fc.assert(
    fc.property(longText, fc.nat(), fc.nat(), (text, one, other) => {
      const [start, end] = [one % (text.length + 1), other % (text.length + 1)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      fc.pre(!splitsPair(text, start) && !splitsPair(text, end));
      const before = text.slice(0, start);

      assert.deepEqual(byteRange(text, start, end), [
        encoder.encode(before).length,
        encoder.encode(text.slice(0, end)).length,
      ]);
      assert.deepEqual(positionOf(text, start), {
        line: before.split("\n").length,
        column: Array.from(before.slice(before.lastIndexOf("\n") + 1)).length + 1,
      });
    }),
    { numRuns: 300 },
  );
});

function splitsPair(text: string, offset: number): boolean {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00;
}

test("text is decoded with its byte order mark", () => {
  assert.deepEqual(decode(encoder.encode("\ufeffé")), { text: "\ufeffé" });
  assert.deepEqual(decode(new Uint8Array()), { text: "" });
});

test("what is not UTF-8 text says what it is", () => {
  const problemOf = (bytes: readonly number[]): string => {
    const decoded = decode(Uint8Array.from(bytes));
    return "problem" in decoded ? decoded.problem : "none";
  };

  assert.match(problemOf([0xff, 0xfe, 0x61, 0]), /UTF-16/);
  assert.match(problemOf([0xfe, 0xff, 0, 0x61]), /UTF-16/);
  assert.match(problemOf([0x7f, 0x45, 0]), /binary/);
  assert.match(problemOf([0x61, 0xc3, 0x28]), /not UTF-8/);
});
