import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, plural, sentence } from "./count.ts";

test("one of a thing is not some of them", () => {
  assert.equal(counted(1, "hop"), "1 hop");
  assert.equal(counted(0, "hop"), "0 hops");
  assert.equal(counted(2, "person", "people"), "2 people");
});

test("nouns in y, s, x, ch and sh have plurals of their own", () => {
  const words = ["repository", "day", "branch", "process", "proxy"].map(plural);

  assert.deepEqual(words, ["repositories", "days", "branches", "processes", "proxies"]);
});

test("a message ends like a sentence exactly once", () => {
  const ends = ["it refuses", "it refuses.", "why?", 'he said "no."', "as follows:", ""].map(sentence);

  assert.deepEqual(ends, ["it refuses.", "it refuses.", "why?", 'he said "no."', "as follows:", ""]);
});
