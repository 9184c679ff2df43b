import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faults } from "./faults/index.ts";
import { comparedMarkdown } from "./never-compared.ts";

const page = readFileSync(join(import.meta.dirname, "..", "docs", "lab.md"), "utf8");

test("docs/lab.md counts what was compared with the real thing, what differs, and what never was", () => {
  assert.ok(page.includes(comparedMarkdown()), "npm run docs writes it");
});

test("docs/lab.md has every fault, with what really happens", () => {
  for (const { id, really } of faults)
    assert.ok(page.includes(`| \`${id}\` | ${really} |`), `| \`${id}\` | ${really} |`);
});
