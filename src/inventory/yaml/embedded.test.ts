import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import * as yaml from "yaml";
import { type Node, type Scalar, scalarAt } from "../../kernel/tree.ts";
import { parseEmbedded, parseYaml } from "./parse.ts";

/** Reads the document inside the scalar at `key` and returns it with the outer text. */
function embedded(text: string, key: string) {
  const scalar = scalarAt(parseYaml(text).documents[0]?.root, key);
  assert.ok(scalar, `there is a scalar at ${key}`);
  return parseEmbedded(scalar, text);
}

/** What is written in the outer file where the inner scalar at `path` stands. */
function writtenAt(text: string, key: string, ...path: readonly (string | number)[]): string {
  const { documents, problems } = embedded(text, key);
  assert.deepEqual(problems, []);
  const scalar = scalarAt(documents[0]?.root, ...path);
  assert.ok(scalar, "the inner scalar is there");
  return text.slice(scalar.start, scalar.end);
}

test("a value in a literal block is found in the outer file", () => {
  const text = "values: |\n  image:\n    repository: team/app\n\n    tag: 1.2.3 # pinned\n  list:\n  - a\nnext: 1\n";

  assert.equal(writtenAt(text, "values", "image", "tag"), "1.2.3");
  assert.equal(writtenAt(text, "values", "list", 0), "a");
});

test("an indentation indicator, leading blank lines and CRLF do not move the places", () => {
  assert.equal(writtenAt("v: |2\n\n     a:\n       b: here\n", "v", "a", "b"), "here");
  assert.equal(writtenAt("v: |-\r\n  a:\r\n    b: here\r\n  c: 1\r\n", "v", "a", "b"), "here");
});

test("JSON in quotes is found through its escapes", () => {
  const double = 'v: "{\\"image\\": \\"team\\/app:1\\", \\"n\\": 2}"\n';
  const single = `v: '{"image": "it''s:1", "n": 2}'\n`;

  assert.equal(writtenAt(double, "v", "image"), "team\\/app:1");
  assert.equal(writtenAt(double, "v", "n"), "2");
  assert.equal(writtenAt(single, "v", "image"), "it''s:1");
});

test("JSON in a folded block and over several quoted lines is found", () => {
  assert.equal(writtenAt('v: >-\n  {"image":\n  "app:1",\n  "n": 2}\n', "v", "n"), "2");
  assert.equal(writtenAt('v: "{\\"image\\":\n  \\"app:1\\",\n\n  \\"n\\": 2}"\n', "v", "image"), "app:1");
});

test("YAML in YAML in YAML keeps the places of the file", () => {
  const text = "a: |\n  b: |\n    c:\n      d: deep\n";
  const inner = scalarAt(embedded(text, "a").documents[0]?.root, "b");
  assert.ok(inner);

  const deep = scalarAt(parseEmbedded(inner, text).documents[0]?.root, "c", "d");

  assert.equal(deep && text.slice(deep.start, deep.end), "deep");
});

test("a template inside a literal block is read around its statements", () => {
  const text = "v: |\n    image: app:1\n  {{- if .x }}\n    tag: {{ .tag }}\n  {{- end }}\n    last: 2\n";
  const { documents, problems, templated } = embedded(text, "v");
  const tag = scalarAt(documents[0]?.root, "tag");

  assert.deepEqual(problems, []);
  assert.equal(templated, true);
  assert.deepEqual(
    [tag?.text, tag?.templated, tag && text.slice(tag.start, tag.end)],
    ["{{ .tag }}", true, "{{ .tag }}"],
  );
});

test("a problem inside a string is placed in the outer file", () => {
  const text = "v: |\n  a: 1\n  \tb: 2\n";

  const { problems } = embedded(text, "v");

  assert.equal(problems.length, 1);
  assert.ok((problems[0]?.offset ?? 0) > text.indexOf("a: 1"));
});

test("an empty string holds no document", () => {
  assert.deepEqual(embedded('v: ""\n', "v").documents, []);
});

const inner = fc
  .dictionary(
    fc.constantFrom("image", "tag", "values", "x"),
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.integer(),
      fc.array(fc.constantFrom("a b", "it's", '"q"', "é😀", "c:d"), { maxLength: 3 }),
    ),
    { noNullPrototype: true },
  )
  .chain((value) =>
    fc.constantFrom(
      JSON.stringify(value),
      JSON.stringify(value, null, 2),
      yaml.stringify(value),
      yaml.stringify(value, { lineWidth: 0 }),
    ),
  )
  .filter((text) => !/\$|\{\{|<<|<%|\{%|\[\[/.test(text));

const outerStyle = fc.constantFrom(
  "BLOCK_LITERAL" as const,
  "BLOCK_FOLDED" as const,
  "QUOTE_DOUBLE" as const,
  "QUOTE_SINGLE" as const,
);

test("whatever the outer style, the inner document is read whole with exact places, or not at all", () => {
  let read = 0;
  fc.assert(
    fc.property(inner, outerStyle, fc.constantFrom(0, 30, 80), (text, defaultStringType, lineWidth) => {
      const file = yaml.stringify(
        { before: 1, at: { v: text } },
        { defaultStringType, defaultKeyType: "PLAIN", lineWidth },
      );
      const scalar = scalarAt(parseYaml(file).documents[0]?.root, "at", "v");
      assert.ok(scalar);

      const { documents, problems } = parseEmbedded(scalar, file);

      if (problems.some(({ message }) => message.includes("cannot be told"))) return;
      read += 1;
      assert.deepEqual(
        documents.map(({ root }) => root && valuesOf(root)),
        parseYaml(text).documents.map(({ root }) => root && valuesOf(root)),
      );
      for (const { root } of documents)
        for (const found of root === undefined ? [] : plainScalars(root))
          assert.equal(file.slice(found.start, found.end).replace(/\\\n\s*/g, ""), found.text);
    }),
    { numRuns: 500 },
  );
  assert.ok(read > 400, `${read} of 500 were read`);
});

function valuesOf(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "sequence") return node.items.map(valuesOf);
  return node.entries.map(({ key, value }) => [key.text, valuesOf(value)]);
}

/** Letters and digits only: in every outer style they are written as they are, if not broken over lines. */
function plainScalars(node: Node): readonly Scalar[] {
  if (node.kind === "scalar")
    return /^\w+$/.test(node.text) && node.style !== "literal" && node.style !== "folded" ? [node] : [];
  return node.kind === "sequence"
    ? node.items.flatMap(plainScalars)
    : node.entries.flatMap(({ key, value }) => [key, ...plainScalars(value)]);
}
