import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf, type Line, sections } from "./line-kinds.ts";

function lines(kind: Line["kind"], count: number): readonly Line[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${kind}/${index}`,
    kind,
    severity: "low",
    title: "t",
    why: "w",
    since: null,
    environment: null,
    count: 1,
    next: { label: "See it", cli: "millwright status", route: "/" },
  }));
}

test("of each kind the first few stand there, and how many more there are", () => {
  const found = sections([...lines("due", 7), ...lines("drift", 1)], undefined);

  assert.deepEqual(
    found.map(({ kind, shown, left }) => [kind, shown.length, left]),
    [
      ["due", 5, 2],
      ["exposed", 0, 0],
      ["drift", 1, 0],
      ["unproven", 0, 0],
      ["running", 0, 0],
    ],
  );
});

test("one kind alone stands there whole", () => {
  const found = sections([...lines("due", 7), ...lines("drift", 1)], "due");

  assert.deepEqual(
    found.map(({ kind, shown, left }) => [kind, shown.length, left]),
    [["due", 7, 0]],
  );
});

test("a kind that there is not narrows nothing", () => {
  assert.equal(kindOf("due"), "due");
  assert.equal(kindOf("<script>"), undefined);
});
