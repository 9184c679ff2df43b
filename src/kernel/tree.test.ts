import assert from "node:assert/strict";
import { test } from "node:test";
import {
  at,
  child,
  entriesAt,
  formatPath,
  itemsAt,
  type Mapping,
  type Node,
  type Scalar,
  textAt,
  walk,
} from "./tree.ts";

const scalar = (text: string, value: Scalar["value"] = text): Scalar => ({
  kind: "scalar",
  value,
  text,
  style: "plain",
  start: 0,
  end: text.length,
  templated: false,
});
const mapping = (entries: Readonly<Record<string, Node>>): Mapping => ({
  kind: "mapping",
  entries: Object.entries(entries).map(([key, value]) => ({ key: scalar(key), value })),
  start: 0,
  end: 0,
});
const sequence = (...items: readonly Node[]): Node => ({ kind: "sequence", items, start: 0, end: 0 });

const tree = mapping({ a: mapping({ b: sequence(scalar("x"), scalar("1.10", 1.1)) }), nothing: scalar("null", null) });

test("a path is followed through keys and indices, and ends where something is missing", () => {
  assert.equal(textAt(tree, "a", "b", 1), "1.10");
  assert.equal(at(tree, "a", "b", 7), undefined);
  assert.equal(at(tree, "a", 0), undefined);
  assert.equal(at(undefined, "a"), undefined);
  assert.equal(textAt(tree, "nothing"), undefined);
  assert.equal(textAt(tree, "a"), undefined);
});

test("items and entries of something else are none", () => {
  assert.equal(itemsAt(tree, "a", "b").length, 2);
  assert.deepEqual([itemsAt(tree, "a"), entriesAt(tree, "a", "b"), itemsAt(tree, "zzz")], [[], [], []]);
});

test("a merge key fills in what the mapping does not say itself, the first source winning", () => {
  const merged = mapping({
    "<<": sequence(mapping({ x: scalar("1"), y: scalar("1") }), mapping({ y: scalar("2"), z: scalar("2") })),
    x: scalar("own"),
  });
  assert.deepEqual(
    ["x", "y", "z", "w"].map((key) => textAt(merged, key)),
    ["own", "1", "2", undefined],
  );
});

test("merges that run in circles end", () => {
  const entries: Mapping["entries"][number][] = [];
  const circle: Mapping = { kind: "mapping", entries, start: 0, end: 0 };
  entries.push({ key: scalar("<<"), value: circle });
  assert.equal(child(circle, "a"), undefined);
});

test("a path is written as people write it, and a strange key is quoted", () => {
  assert.equal(formatPath(["spec", "sources", 0, "targetRevision"]), "spec.sources[0].targetRevision");
  assert.equal(formatPath(["metadata", "a.b/c", ""]), 'metadata["a.b/c"][""]');
});

test("a walk sees every node once, also where aliases share and circle, and leaves out what it is told to", () => {
  const shared = mapping({ s: scalar("1") });
  const items: Node[] = [shared, shared];
  const circle: Node = { kind: "sequence", items, start: 0, end: 0 };
  items.push(circle);
  const seen: string[] = [];
  walk(mapping({ one: circle, two: shared, skip: mapping({ no: scalar("2") }) }), (_, path) => {
    seen.push(formatPath(path));
    return path[0] !== "skip";
  });
  assert.deepEqual(seen, ["", "one", "one[0]", "one[0].s", "skip"]);
});
