import assert from "node:assert/strict";
import test from "node:test";
import { at, entriesAt, itemsAt, type Node, scalarAt, textAt } from "../../kernel/tree.ts";
import { parseYaml } from "./parse.ts";

function rootOf(text: string): Node | undefined {
  const { documents, problems } = parseYaml(text);
  assert.deepEqual(problems, []);
  return documents[0]?.root;
}

function messagesOf(text: string): readonly string[] {
  return parseYaml(text).problems.map(({ message }) => message);
}

test("a scalar keeps its text beside its value, and its place leaves the quotes out", () => {
  const text = "a: 1.10\nb: \"x\\ty\"\nc: 'it''s'\nd: |\n  one\n  two\n\ne: >-\n  one\n  two\n";
  const root = rootOf(text);
  const seen = ["a", "b", "c", "d", "e"].map((key) => {
    const scalar = scalarAt(root, key);
    return [scalar?.value, scalar?.text, scalar?.style, scalar && text.slice(scalar.start, scalar.end)];
  });

  assert.deepEqual(seen, [
    [1.1, "1.10", "plain", "1.10"],
    ["x\ty", "x\ty", "double", "x\\ty"],
    ["it's", "it's", "single", "it''s"],
    ["one\ntwo\n", "one\ntwo\n", "literal", "one\n  two"],
    ["one two", "one two", "folded", "one\n  two"],
  ]);
});

test("plain scalars mean what the core schema says, tags override it", () => {
  const root = rootOf(
    "[null, ~, true, False, yes, 012, 0x1F, 0o17, -1.5e3, .inf, -.inf, 1.2.3, 2026-11-20, !!str 1, !!int '7', !Ref x]",
  );

  assert.deepEqual(
    itemsAt(root).map((item) => item.kind === "scalar" && item.value),
    [null, null, true, false, "yes", 12, 31, 15, -1500, Infinity, -Infinity, "1.2.3", "2026-11-20", "1", 7, "x"],
  );
});

test("flow collections end after their bracket, block collections with their last value", () => {
  const text = "a: {b: [1, 2, ], c: } # x\nd:\n  - e: f\n\n# y\ng: h\n";
  const root = rootOf(text);
  const written = (node: Node | undefined) => node && text.slice(node.start, node.end);

  assert.equal(written(at(root, "a")), "{b: [1, 2, ], c: }");
  assert.equal(written(at(root, "a", "b")), "[1, 2, ]");
  assert.equal(written(at(root, "d")), "- e: f");
});

test("a missing value stands just after what asks for it", () => {
  const text = "a:\nb: # none\nc:\n  -\n  - {d: , e}\n";
  const root = rootOf(text);
  const empty = [at(root, "a"), at(root, "b"), at(root, "c", 0), at(root, "c", 1, "d"), at(root, "c", 1, "e")];

  assert.deepEqual(
    empty.map((node) => node && [text.slice(0, node.start).split("\n").pop(), node.end - node.start]),
    [
      ["a:", 0],
      ["b:", 0],
      ["  -", 0],
      ["  - {d:", 0],
      ["  - {d: , e", 0],
    ],
  );
});

test("a byte order mark and CRLF are read over", () => {
  const text = "\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n";
  const root = rootOf(text);

  assert.equal(scalarAt(root, "a")?.start, 4);
  assert.equal(textAt(root, "b"), "x\ny\n");
});

test("JSON is read, tabs and all", () => {
  const root = rootOf('{\n\t"a": [1, "b\\/\\u0041"],\n\t"c": {"d": null}\n}\n');

  assert.equal(textAt(root, "a", 1), "b/A");
  assert.equal(scalarAt(root, "c", "d")?.value, null);
});

test("aliases share the node they name, however they multiply", () => {
  const bomb = [
    "a0: &a0 [x, x]",
    ...Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`),
  ].join("\n");
  const root = rootOf(bomb);

  assert.equal(at(root, "a60", 0), at(root, "a59"));
  assert.equal(at(root, "a60", 2), at(root, "a59"));
});

test("a merge key stays an entry and lends its keys", () => {
  const root = rootOf("base: &b {image: x, tag: 1}\nuse:\n  <<: *b\n  tag: 2\n");

  assert.deepEqual(
    entriesAt(root, "use").map(({ key }) => key.text),
    ["<<", "tag"],
  );
  assert.equal(textAt(root, "use", "image"), "x");
  assert.equal(textAt(root, "use", "tag"), "2");
});

test("merges in a circle and merges that multiply end", () => {
  const circle = rootOf("a: &x {b: 1, <<: {<<: *x}}\n");
  const bomb = [
    "m0: &m0 {a: 1}",
    ...Array.from({ length: 60 }, (_, i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}]}`),
  ].join("\n");

  assert.equal(textAt(circle, "a", "none"), undefined);
  assert.equal(textAt(rootOf(bomb), "m60", "none"), undefined);
  assert.equal(textAt(rootOf(bomb), "m60", "a"), "1");
});

test("an alias without its anchor is a problem and a value that is not known", () => {
  const { documents, problems } = parseYaml("a: &x 1\n---\nb: *x\n");

  assert.deepEqual(
    problems.map(({ offset }) => offset),
    [15],
  );
  assert.deepEqual(scalarAt(documents[1]?.root, "b")?.templated, true);
});

test("empty documents count and have no root", () => {
  const { documents } = parseYaml("---\n# nothing\n---\na: 1\n---\n");

  assert.deepEqual(
    documents.map(({ index, root }) => [index, root === undefined]),
    [
      [0, true],
      [1, false],
      [2, true],
    ],
  );
  assert.deepEqual(parseYaml("# nothing\n").documents, []);
  assert.deepEqual(parseYaml("").documents, []);
});

test("a document that cannot be read is a problem with a place, and the others are read", () => {
  const text = 'a: 1\n---\nb: [1, 2\n---\nc: "open\n---\nd: 2\n';

  const { documents, problems } = parseYaml(text);

  assert.deepEqual(
    documents.map(({ index, root }) => [index, entriesAt(root)[0]?.key.text]),
    [
      [0, "a"],
      [3, "d"],
    ],
  );
  assert.deepEqual(
    problems.map(({ offset }) => text.slice(0, offset).split("\n").length),
    [4, 6],
  );
  assert.equal(textAt(documents[1]?.root, "d"), "2");
});

test("a key given twice is a problem and both are kept", () => {
  const { documents, problems } = parseYaml("a: 1\nb: 2\na: 3\n");

  assert.deepEqual(
    problems.map(({ offset, message }) => [offset, message.includes('"a"')]),
    [[10, true]],
  );
  assert.equal(entriesAt(documents[0]?.root).length, 3);
  assert.equal(messagesOf(Array.from({ length: 500 }, () => "k: 1").join("\n")).length, 100);
});

test("a tab as indentation, an open quote and a NUL are problems with a place", () => {
  assert.deepEqual(
    parseYaml("a:\n\tb: 1\n").problems.map(({ offset }) => offset),
    [3],
  );
  assert.match(messagesOf("a:\n\tb: 1\n")[0] ?? "", /tab is used.*indent with spaces/);
  assert.match(messagesOf('a: "x\nb: 1\n').join(), /quote or bracket opened above/);
  assert.match(messagesOf('a: "x').join(), /within a double quoted scalar/);
  assert.equal(messagesOf("a: \0").length, 1);
});

test("depth without end is a problem, not an overflow", () => {
  for (const text of ["[".repeat(100_000), '{"a":'.repeat(100_000), "- ".repeat(100_000), "{{".repeat(100_000)]) {
    assert.match(messagesOf(text).join(), /nested deeper than 400/);
  }
});

test("openers that never close cost no more than other text", () => {
  for (const opener of ["${", "{{", "{{`", '{{ "', "<%", "[[ .", "&a ", '"', "? ", "[a, "]) {
    const { documents, problems } = parseYaml(opener.repeat(20_000));
    assert.ok(documents.length + problems.length > 0);
  }
});
