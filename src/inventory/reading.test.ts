import assert from "node:assert/strict";
import { test } from "node:test";
import { readers } from "./readers/index.ts";
import { readFile } from "./reading.ts";
import { ParsedFile } from "./source-file.ts";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
spec:
  example:
    image: example/app:1.0.0
`;
const pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: example/app:1.2.3\n";

function versionsIn(text: string): readonly (string | null | undefined)[] {
  return readFile(new ParsedFile("a.yaml", text), readers).pins.map((pin) => pin?.version);
}

test("a definition of a kind deploys nothing", () => {
  for (const text of [
    definition,
    `---\n${definition}`,
    `# words\n---\n${definition}`,
    definition.replaceAll("\n", "\r\n"),
  ]) {
    assert.deepEqual(versionsIn(text), [], text);
  }
});

test("what stands beside a definition, before or after it, is read", () => {
  for (const text of [`${definition}---\n${pod}`, `${pod}---\n${definition}`, `---\n${pod}\n---\n${definition}`]) {
    assert.deepEqual(versionsIn(text), ["1.2.3"], text);
  }
});

test("an object that only mentions definitions is read", () => {
  const note = `${pod}metadata:\n  annotations:\n    note: |\n      kind: CustomResourceDefinition\n`;

  assert.deepEqual(versionsIn(note), ["1.2.3"]);
});

test("a reader that fails is told, and the others go on", () => {
  const broken = {
    id: "broken",
    accepts: () => true,
    read: () => {
      throw new Error("no luck");
    },
  };
  const { pins, problems } = readFile(new ParsedFile("a.yaml", pod), [broken, ...readers]);

  assert.deepEqual(
    pins.map((pin) => pin?.version),
    ["1.2.3"],
  );
  assert.match(problems[0]?.reason ?? "", /the broken reader failed: no luck/);
});
