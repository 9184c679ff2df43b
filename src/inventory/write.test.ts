import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../kernel/errors.ts";
import { splice } from "./write.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => Buffer.from(data).toString("utf8");

test("only the ranges change, in whatever order they are given", () => {
  const after = splice(
    bytes("é: 1.0 # ü\r\nb: 2.0\r\n"),
    [
      { range: [17, 20], expect: "2.0", text: "2.0.1" },
      { range: [4, 7], expect: "1.0", text: "1.1" },
    ],
    "a.yaml",
  );
  assert.equal(text(after), "é: 1.1 # ü\r\nb: 2.0.1\r\n");
});

test("a change that is given twice counts once", () => {
  const change = { range: [0, 1], expect: "a", text: "bc" } as const;
  assert.equal(text(splice(bytes("a"), [change, { ...change }], "f")), "bc");
});

test("a file that changed since it was read is refused and says what stands there", () => {
  assert.throws(
    () => splice(bytes("tag: 1.1"), [{ range: [5, 8], expect: "1.0", text: "1.2" }], "a.yaml"),
    (error) =>
      error instanceof InputError &&
      /a\.yaml has changed.*"1\.0" was expected at byte 5, "1\.1" stands there/.test(error.message),
  );
});

test("a range outside the file is refused", () => {
  for (const range of [
    [5, 9],
    [3, 2],
    [9, 9],
  ] as const) {
    assert.throws(() => splice(bytes("abc"), [{ range, expect: "", text: "x" }], "f"), InputError);
  }
});

test("two changes of one place are refused", () => {
  const changes = [
    { range: [0, 2], expect: "ab", text: "x" },
    { range: [1, 3], expect: "bc", text: "y" },
  ] as const;
  assert.throws(() => splice(bytes("abc"), changes, "f"), /make one at a time/);
  const insertions = [
    { range: [1, 1], expect: "", text: "x" },
    { range: [1, 1], expect: "", text: "y" },
  ] as const;
  assert.throws(() => splice(bytes("abc"), insertions, "f"), /make one at a time/);
});

test("any bytes outside the ranges stay as they were, also those that are no text", () => {
  const piece = fc.tuple(
    fc.uint8Array({ maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.string({ unit: "grapheme", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.uint8Array({ maxLength: 10 }), (pieces, end) => {
      const well = pieces.map(([gap, expect, to]) => [gap, expect.toWellFormed(), to.toWellFormed()] as const);
      let offset = 0;
      const splices = well.map(([gap, expect, to]) => {
        const start = offset + gap.length;
        offset = start + Buffer.byteLength(expect);
        return { range: [start, offset] as const, expect, text: to };
      });
      const distinct = splices.every((one, index) => index === 0 || one.range[0] > (splices[index - 1]?.range[0] ?? 0));
      fc.pre(distinct);
      const join = (pick: 1 | 2): Buffer =>
        Buffer.concat([...well.flatMap((entry) => [entry[0], Buffer.from(entry[pick])]), end]);
      assert.deepEqual(Buffer.from(splice(join(1), splices.toReversed(), "f")), join(2));
    }),
  );
});
