import assert from "node:assert/strict";
import { test } from "node:test";
import type { Credential } from "../platform/source.ts";
import { onlyInThePast, parseHistory } from "./history.ts";

const [a, b, c, none] = ["a", "b", "c", "0"].map((letter) => letter.repeat(40)) as [string, string, string, string];

test("each added or changed file is named with its commit; links, submodules and deletions are not", () => {
  const log = [
    `commit ${a}`,
    `\n:000000 100644 ${none} ${b} A`,
    "new.yaml",
    `:100644 100755 ${a} ${c} M`,
    "run.sh",
    `:100644 000000 ${a} ${none} D`,
    "gone.yaml",
    `:000000 120000 ${none} ${a} A`,
    "link",
    `:000000 160000 ${none} ${a} A`,
    "module",
    `commit ${b}`,
    `commit ${c}`,
    "",
  ].join("\0");
  assert.deepEqual(parseHistory(log), {
    commits: 3,
    files: [
      { commit: a, path: "new.yaml", blob: b },
      { commit: a, path: "run.sh", blob: c },
    ],
  });
});

test("a merge names what is in none of its parents", () => {
  const log = `commit ${a}\0\n::100644 100644 100644 ${a} ${b} ${c} MM\0evil.yaml\0`;
  assert.deepEqual(parseHistory(log).files, [{ commit: a, path: "evil.yaml", blob: c }]);
});

test("a content that several commits wrote is the oldest one's", () => {
  const log = `commit ${a}\0\n:100644 100644 ${b} ${c} M\0x\0commit ${b}\0\n:000000 100644 ${none} ${c} A\0x\0`;
  assert.deepEqual(parseHistory(log).files, [{ commit: b, path: "x", blob: c }]);
});

test("a path that looks like Git's own lines is a path", () => {
  const path = `commit ${b}\n:000000 100644 ${none} ${b} A`;
  assert.deepEqual(parseHistory(`commit ${a}\0\n:000000 100644 ${none} ${c} A\0${path}\0`).files, [
    { commit: a, path, blob: c },
  ]);
});

test("an empty history has no files", () => {
  assert.deepEqual(parseHistory(""), { commits: 0, files: [] });
});

const credential = (over: Partial<Credential>): Credential => ({
  at: { file: "a.yaml", line: 1, column: 1 },
  name: "",
  what: "GitLab token",
  hint: "glpat-… (26 characters)",
  certainty: "shape",
  environment: undefined,
  ...over,
});

test("what stands in the tree today is not told again, and the past's oldest commit speaks for a secret", () => {
  const today = [credential({ mark: "1" })];
  const past = [
    credential({ mark: "1", commit: a }),
    credential({ mark: "2", commit: b, at: { file: "b.yaml", line: 9, column: 1 } }),
    credential({ mark: "2", commit: c }),
  ];
  assert.deepEqual(onlyInThePast(past, today), [credential({ mark: "2", commit: c })]);
});
