import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pages } from "./docs.ts";

for (const [path, page] of Object.entries(pages)) {
  test(`${path} is what its data say (npm run docs writes it)`, () => {
    const committed = readFileSync(join(import.meta.dirname, "..", path), "utf8");

    assert.equal(committed, page());
  });
}

test("no page is left of a rule that is gone", () => {
  const present = readdirSync(join(import.meta.dirname, "..", "docs", "rules")).map((name) => `docs/rules/${name}`);

  assert.deepEqual(
    present.filter((path) => !Object.hasOwn(pages, path)),
    [],
  );
});
