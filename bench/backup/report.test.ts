import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { benchmarks, report } from "./report.ts";

const side = { shell: [10, 12], ours: [11, 11], withChecksums: [20] };
const grown = { first: 100_000_000, appended: 2_000_000, scattered: 60_000_000 };
const figures = {
  databases: [
    {
      gigabytes: 5,
      bytes: 5_100_000_000,
      dump: side,
      restore: side,
      memory: { backup: 150_000_000, proof: 160_000_000 },
      grown: { shell: grown, ours: { ...grown, appended: 3_000_000 } },
    },
  ],
  objects: {
    count: 100_000,
    first: { rclone: 300, ours: 250 },
    again: { rclone: 90, ours: 20 },
    memory: 250_000_000,
  },
  load: 0.2,
  large: true,
  minutes: 90,
};

test("the block between the marks of the page is written anew, and nothing beside it", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-bench-report-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const page = join(folder, "benchmarks.md");
  const before = readFileSync(benchmarks, "utf8");
  writeFileSync(page, before);

  report({ ...figures, minutes: 1 }, page);
  const text = report(figures, page);

  const after = readFileSync(page, "utf8");
  const [mark, end] = ["<!-- bench:backup, written by the command -->", "<!-- bench:backup, end -->"];
  assert.equal(after, `${before.split(mark)[0]}${mark}\n\n${text}\n${end}${before.split(end)[1]}`);
  assert.match(text, /dump of 5 GB \(5100 MB; 2 turns\) \| 11\.0 s \| 11\.0 s \| 100 % \| 20\.0 s \|/);
  assert.match(text, /proof of 5 GB \(2 turns\) \| 11\.0 s \| 11\.0 s \| 1\.00 \|/);
  assert.match(text, /5 GB, ours \| 100 MB \| 3\.0 MB, 3\.0 % \| 60 MB, 60 % \|/);
  assert.match(text, /100000 small objects[\s\S]*\| all \| 300\.0 s \| 250\.0 s \|/);
  assert.equal(readFileSync(benchmarks, "utf8"), before);
});
