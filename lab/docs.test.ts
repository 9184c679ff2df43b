import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faults } from "./faults/index.ts";
import { neverComparedTable } from "./never-compared.ts";

const page = readFileSync(join(import.meta.dirname, "..", "docs", "lab.md"), "utf8");

test("docs/lab.md counts what was never compared with the real thing", () => {
  assert.ok(page.includes(neverComparedTable()), `docs/lab.md must have:\n${neverComparedTable()}`);
});

test("docs/lab.md has every fault, with what really happens", () => {
  for (const { id, really } of faults)
    assert.ok(page.includes(`| \`${id}\` | ${really} |`), `| \`${id}\` | ${really} |`);
});
