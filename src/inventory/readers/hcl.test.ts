import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { at, formatPath, type Node, scalarAt, textAt, walk } from "../../kernel/tree.ts";
import { ParsedFile } from "../source-file.ts";
import { parseHcl } from "./hcl.ts";

function scalars(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  walk(parseHcl(text).root, (node, path) => {
    if (node.kind === "scalar") found[formatPath(path)] = node.text;
    return true;
  });
  return found;
}

test("a block is an entry by its type with its labels as keys below", () => {
  assert.deepEqual(scalars('resource "aws_eks_cluster" "main" {\n  version = "1.31"\n}\n'), {
    "resource.aws_eks_cluster.main.version": "1.31",
  });
});

test("comments of all three kinds are no content, and their signs inside a string are", () => {
  const text = '# a = 1\n// b = 2\n/* c = 3\n */ d = "x # y // z /* w */" # e\nf = 1 // g\n';
  assert.deepEqual(scalars(text), { d: "x # y // z /* w */", f: "1" });
});

test("an offset points at the text between the quotes", () => {
  const text = 'a = { source = "x/y", version = "~> 5.0" }';
  const version = scalarAt(parseHcl(text).root, "a", "version");
  assert.equal(text.slice(version?.start, version?.end), "~> 5.0");
  assert.equal(version?.templated, false);
});

test("an escape is read and a doubled sign is no interpolation", () => {
  const { root } = parseHcl('a = "q\\"\\n\\u00e9"\nb = "$${x}"\nc = "${x}"\n');
  assert.equal(textAt(root, "a"), 'q"\né');
  assert.deepEqual([textAt(root, "b"), scalarAt(root, "b")?.templated], ["${x}", false]);
  assert.equal(scalarAt(root, "c")?.templated, true);
});

test("an interpolation may hold strings that hold interpolations", () => {
  assert.deepEqual(scalars('a = "x${f("y${g("}")}")}z"\nb = 1'), { a: 'x${f("y${g("}")}")}z', b: "1" });
});

test("a reference and an operation keep their text and are templated", () => {
  const { root } = parseHcl('a = var.x\nb = var.x ? 1 : 2\nc = [for s in var.l : s if s != "]"]\nd = (1\n  + 2)\n');
  assert.deepEqual(
    ["a", "b", "c", "d"].map((key) => textAt(root, key)),
    ["var.x", "var.x ? 1 : 2", '[for s in var.l : s if s != "]"]', "(1\n  + 2)"],
  );
  assert.equal(scalarAt(root, "b")?.templated, true);
});

test("a call shows the object it takes, optional its default, and a file stays a call", () => {
  const { root } = parseHcl(
    'a = yamlencode({ b = 1 })\nc = optional(string, "x")\nd = file("v.yaml")\ne = merge({ f = 2 }, local.g)\nh = upper("i")',
  );
  assert.equal(textAt(root, "a", "b"), "1");
  assert.equal(textAt(root, "c"), "x");
  assert.equal(textAt(root, "d"), 'file("v.yaml")');
  assert.equal(textAt(root, "e", 0, "f"), "2");
  assert.equal(textAt(root, "h"), 'upper("i")');
});

for (const [name, newline] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
] as const) {
  test(`a document inside a heredoc has the offsets of the file (${name})`, () => {
    const text = ["values = [<<-EOT", "    # é", "    image:", "      tag: 1.10", "    EOT", "]", "after = 1"].join(
      newline,
    );
    const { root, problems } = parseHcl(text);
    assert.deepEqual(problems, []);
    assert.equal(textAt(root, "after"), "1");
    const heredoc = scalarAt(root, "values", 0);
    assert.ok(heredoc);
    const [document] = new ParsedFile("a.tf", text).embedded(heredoc);
    const tag = scalarAt(document?.root, "image", "tag");
    assert.equal(text.slice(tag?.start, tag?.end), "1.10");
  });
}

test("what cannot be read is a problem with its place and the rest is still read", () => {
  const text = 'a = 1\n]] nonsense\nb = "never closed\nc = 3\nresource "x" "y" {\n  d = 4\n';
  const { root, problems } = parseHcl(text);
  assert.equal(textAt(root, "a"), "1");
  assert.equal(textAt(root, "c"), "3");
  assert.equal(textAt(root, "resource", "x", "y", "d"), "4");
  assert.deepEqual(
    problems.map(({ offset }) => text.slice(0, offset).split("\n").length),
    [2, 7],
  );
});

test("hostile nesting neither throws nor takes the call stack", () => {
  for (const open of ["[", "{a=", "(", '"${', "f(", "a {\n", "<<E\n"]) {
    const { root } = parseHcl(`a = ${open.repeat(20_000)}\nb = 1`);
    assert.equal(root.kind, "mapping");
  }
  assert.equal(parseHcl("a {\n".repeat(20_000)).root.kind, "mapping");
});

test("any text is read without throwing, and every scalar lies inside it", () => {
  const word = fc.constantFrom(
    '"',
    "${",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "=",
    "\n",
    "<<-E\n",
    "E\n",
    "a",
    " ",
    "#",
    "/*",
    "\\",
    "1",
    ",",
    "é",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const text = words.join("");
      const seen: Node[] = [];
      walk(parseHcl(text).root, (node) => {
        seen.push(node);
        return true;
      });
      return seen.every((node) => node.start >= 0 && node.start <= node.end && node.end <= text.length);
    }),
    { numRuns: 2000 },
  );
});

test("an empty file and one with only a byte order mark hold nothing", () => {
  assert.deepEqual(parseHcl("").root.kind === "mapping" && parseHcl("").problems, []);
  assert.deepEqual(scalars('\u{feff}a = "1"'), { a: "1" });
  assert.equal(at(parseHcl("\u{feff}").root, "a"), undefined);
});
