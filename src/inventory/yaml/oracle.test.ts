import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import * as yaml from "yaml";
import { type Node, type Scalar, walk } from "../../kernel/tree.ts";
import { parseYaml } from "./parse.ts";

/** Style or kind, value, and the place in the text where both readers must agree on it. */
type Shape = readonly [kind: string, value: unknown, start: number, end: number, children: readonly Shape[]];

const NO_PLACE = -1;

function ours(node: Node, text: string): Shape {
  if (node.kind === "scalar") return scalarShape(node.style, node.value, node.start, node.end);
  const [start, end] = bracketed(text, node.start, node.end);
  const children =
    node.kind === "mapping"
      ? node.entries.flatMap(({ key, value }) => [ours(key, text), ours(value, text)])
      : node.items.map((item) => ours(item, text));
  return [node.kind, undefined, start, end, children];
}

const STYLES: Readonly<Record<string, string>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

function theirs(node: unknown, document: yaml.Document, text: string): Shape {
  if (yaml.isAlias(node)) return theirs(node.resolve(document), document, text);
  if (yaml.isScalar(node)) return theirScalar(node);
  if (!yaml.isCollection(node)) return scalarShape("plain", null, 0, 0);
  const [from = 0, to = 0] = node.range ?? [];
  const [start, end] = node.flow ? bracketed(text, from, to) : [NO_PLACE, NO_PLACE];
  const parts = node.items.flatMap((item) => (yaml.isPair(item) ? [item.key, item.value] : [item]));
  const children = parts.map((part) => theirs(part, document, text));
  return [yaml.isMap(node) ? "mapping" : "sequence", undefined, start, end, children];
}

function theirScalar({ type, value, range }: yaml.Scalar): Shape {
  const style = STYLES[type ?? "PLAIN"] ?? "plain";
  const quotes = style === "single" || style === "double" ? 1 : 0;
  const [start = 0, end = 0] = range ?? [];
  return scalarShape(style, value, start + quotes, end - quotes);
}

/** The readers put an empty value at different blanks, and a block at its header or at its content; what a block of blanks holds is disputed. */
function scalarShape(style: string, value: unknown, start: number, end: number): Shape {
  const block = style === "literal" || style === "folded";
  const empty = style === "plain" && (value === null || value === "") && start === end;
  const blank = block && String(value).trim() === "";
  return block || empty ? [style, blank ? "" : value, NO_PLACE, NO_PLACE, []] : [style, value, start, end, []];
}

/** Where a block collection begins and ends is ours to say, so only those in brackets are compared. */
function bracketed(text: string, start: number, end: number): readonly [number, number] {
  return "[{".includes(text[start] ?? " ") && "]}".includes(text[end - 1] ?? " ") ? [start, end] : [NO_PLACE, NO_PLACE];
}

const word = fc.oneof(
  fc.constantFrom(
    "name",
    "image",
    "tag",
    "1.10",
    "true",
    "null",
    "~",
    "yes",
    "0x1F",
    "-1",
    ".5",
    "1e3",
    "",
    " ",
    "# no",
    "a: b",
    "- x",
  ),
  fc.constantFrom(
    "registry.example.org/team/app:1.2.3@sha256:00",
    "a\nb\n",
    "\n\n  x\ny",
    "it's",
    'say "x"',
    "[x",
    "{y",
    "&a",
    "*b",
    "!t",
    "|",
    "%",
    "@",
    "é😀",
  ),
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    word,
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(word, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    tie("value").map((shared) => [shared, { again: shared }]),
  ),
}));

const layout = fc.record({
  indent: fc.integer({ min: 2, max: 6 }),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 80),
  collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
  defaultStringType: fc.constantFrom(
    "PLAIN" as const,
    "QUOTE_DOUBLE" as const,
    "QUOTE_SINGLE" as const,
    "BLOCK_LITERAL" as const,
    "BLOCK_FOLDED" as const,
  ),
  defaultKeyType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
});

/**
 * `yaml` writes an empty collection below its key without indentation, and a scalar at the root may be a block: both are
 * disputed. Where it folds a long value far to the right it can write text (`00undefined\`) that it cannot read itself.
 */
const file = fc
  .array(fc.tuple(anyValue, layout), { minLength: 1, maxLength: 3 })
  .map((documents) => documents.map(([value, options]) => yaml.stringify([value], options)).join("---\n"))
  .filter((text) => !/:\n *[[{]|\$|\{\{|<<|<%|\{%|\[\[/.test(text))
  .filter((text) => yaml.parseAllDocuments(text, { uniqueKeys: false }).every(({ errors }) => errors.length === 0));

function compare(text: string): void {
  const { documents, problems } = parseYaml(text);
  const parsed = yaml.parseAllDocuments(text, { uniqueKeys: false });
  const known = "empty" in parsed ? [] : parsed;
  fc.pre(
    problems.length === 0 && known.every(({ errors, warnings, contents }) => isComparable(errors, warnings, contents)),
  );
  const actual = documents.map(({ root }) => root && ours(root, text));
  const expected = known.map((document) => theirs(document.contents, document, text));
  assert.deepEqual(
    actual,
    expected.map((shape, index) => (actual[index] === undefined && isEmpty(shape) ? undefined : shape)),
  );
}

function isEmpty([kind, , start, end]: Shape): boolean {
  return kind === "plain" && start === end;
}

/** A collection as a key is not read as such by ours. */
function isComparable(errors: readonly unknown[], warnings: readonly unknown[], contents: unknown): boolean {
  let complexKeys = 0;
  yaml.visit(contents as yaml.Node, {
    Pair: (_key, { key }) => void (complexKeys += yaml.isCollection(key) || yaml.isAlias(key) ? 1 : 0),
  });
  return errors.length === 0 && warnings.length === 0 && complexKeys === 0;
}

test("what the yaml library writes, in any layout, is read as it reads it, with the same places", () => {
  fc.assert(
    fc.property(file, (text) => {
      const problems = parseYaml(text).problems.filter(({ message }) => !message.startsWith("the key"));
      assert.deepEqual(problems, []);
      compare(text);
    }),
    { numRuns: 1000 },
  );
});

test("CRLF changes no value and moves each place by the line breaks before it", () => {
  fc.assert(
    fc.property(file, (text) => {
      fc.pre(!text.includes("\r"));
      compare(text.replaceAll("\n", "\r\n"));
    }),
    { numRuns: 300 },
  );
});

const DAMAGE = [
  "",
  " ",
  "\n",
  "\t",
  ":",
  ": ",
  "- ",
  "#",
  " #",
  '"',
  "'",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&a ",
  "*a",
  "|\n",
  ">-\n",
  "---\n",
  "? ",
  "\n  ",
  "{{ x }}",
  "{{",
  "\0",
  "\ufeff",
];

test("damaged text never throws, problems lie in the text, and a scalar's place holds what it says", () => {
  const damage = fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...DAMAGE));
  fc.assert(
    fc.property(file, fc.array(damage, { minLength: 1, maxLength: 3 }), (text, damages) => {
      let damaged = text;
      for (const [where, length, by] of damages) {
        const at = where % (damaged.length + 1);
        damaged = damaged.slice(0, at) + by + damaged.slice(at + length);
      }

      const { documents, problems } = parseYaml(damaged);

      for (const { offset } of problems) assert.ok(offset >= 0 && offset <= damaged.length);
      for (const scalar of documents.flatMap(({ root }) => scalarsOf(root))) {
        const written = damaged.slice(scalar.start, scalar.end);
        if (isVerbatim(scalar, written)) assert.equal(written, scalar.text);
      }
    }),
    { numRuns: 1000 },
  );
});

function scalarsOf(root: Node | undefined): readonly Scalar[] {
  const found: Scalar[] = [];
  if (root === undefined) return found;
  walk(root, (node) => {
    if (node.kind === "scalar") found.push(node);
    if (node.kind === "mapping") found.push(...node.entries.map(({ key }) => key));
    return true;
  });
  return found;
}

/** Not folded, not escaped, not a block, and not a collection used as a key. */
function isVerbatim({ style, text }: Scalar, written: string): boolean {
  if (/[\r\n]/.test(written) || text.startsWith("the mapping at") || text.startsWith("the sequence at")) return false;
  if (style === "double") return !written.includes("\\");
  if (style === "single") return !written.includes("''");
  return style === "plain";
}
