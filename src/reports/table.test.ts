import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { assert as check, integer, property, string } from "fast-check";
import { indented, shown, styled, table, widthOf } from "./table.ts";

const plain = { columns: undefined, colour: false };
const wrap = (text: string, columns: number): readonly string[] =>
  indented({ columns, colour: false }, text, "").split("\n");

test("control characters, direction marks and line breaks are shown, not obeyed", () => {
  assert.equal(shown("a\u001b[2Jb"), "a\\u001b[2Jb");
  assert.equal(shown("evil\u202egpj.yaml"), "evil\\u202egpj.yaml");
  assert.equal(shown("one\r\ncritical: fake\ttab"), "one critical: fake tab");
  assert.equal(shown("é🦊日本"), "é🦊日本");
});

test("wide signs take two cells, marks none", () => {
  assert.deepEqual(["abc", "日本", "🦊", "e\u0301", "\u001b[1mx\u001b[22m", ""].map(widthOf), [3, 4, 2, 1, 1, 0]);
});

test("wrapped lines fit, and hold every word in order", () => {
  check(
    property(string({ unit: "grapheme" }), integer({ min: 20, max: 60 }), (text, width) => {
      const lines = wrap(text, width);
      for (const line of lines) assert.ok(widthOf(line) <= width);
      assert.equal(lines.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
    }),
  );
});

test("leading spaces stay, so that an example keeps its shape", () => {
  assert.deepEqual(wrap("a:\n  b:\n    - c", 20), ["a:", "  b:", "    - c"]);
  assert.equal(indented(plain, "a:\n  b: 1", "  "), "  a:\n    b: 1");
});

test("a word longer than the line is broken, never inside a colour", () => {
  const word = `\u001b[31m${"x".repeat(50)}\u001b[39m`;
  const lines = wrap(word, 20);
  assert.deepEqual(lines.map(widthOf), [20, 20, 10]);
  assert.equal(lines.join(""), word);
});

test("a table as wide as it gets cuts nothing; on a narrow paper its widest cells wrap", () => {
  const rows = [["gitlab", "a long sentence that says why this is so", "9.8.1"]];
  assert.equal(
    table(plain, ["name", "why", "version"], rows),
    "NAME    WHY                                       VERSION\ngitlab  a long sentence that says why this is so  9.8.1",
  );
  const narrow = table({ columns: 36, colour: false }, ["name", "why", "version"], rows);
  for (const line of narrow.split("\n")) assert.ok(line.length <= 36, line);
  assert.equal(narrow.replace(/\s+/g, " "), "NAME WHY VERSION gitlab a long sentence 9.8.1 that says why this is so");
});

test("style adds nothing but colour", () => {
  assert.equal(styled(plain, "bold", "x"), "x");
  const colourful = styled({ columns: 80, colour: true }, ["bold", "red"], "x");
  assert.notEqual(colourful, "x");
  assert.equal(stripVTControlCharacters(colourful), "x");
});
