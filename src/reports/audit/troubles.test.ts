import assert from "node:assert/strict";
import { test } from "node:test";
import { troublesIn } from "./troubles.ts";

const problem = (line: number, reason: string) => ({ file: "a.yaml", line, column: 1, reason });

test("what was lost is told from what is doubtful, and one kind in one file is one line", () => {
  const problems = [
    problem(3, 'the key "image" is here twice'),
    problem(9, 'the key "tag" is here twice'),
    problem(12, 'the key "host" is here twice'),
    problem(40, "a tab where blanks belong; this document was not read"),
  ];
  const files = { read: 1, skipped: [{ file: "big.yaml", reason: "larger than 10 MB" }] };

  assert.deepEqual(troublesIn({ problems, files }), {
    unread: [
      { place: "a.yaml:40:1", reason: "a tab where blanks belong; this document was not read" },
      { place: "big.yaml", reason: "larger than 10 MB" },
    ],
    doubtful: [{ place: "a.yaml:3:1", reason: 'the key "image" is here twice (2 more like it: line 9, 12)' }],
  });
});

test("of many lines only some are named", () => {
  const problems = Array.from({ length: 30 }, (_, index) => problem(index + 1, `key k${index} again`));

  const { doubtful } = troublesIn({ problems, files: { read: 1, skipped: [] } });

  assert.match(doubtful[0]?.reason ?? "", /\(29 more like it: line 2, 3, 4, 5, 6 and 24 more\)$/);
  assert.equal(doubtful.length, 1);
});
