import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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

test("every test that a page names is there", () => {
  const root = join(import.meta.dirname, "..");
  const texts = readdirSync(join(root, "docs")).flatMap((name) =>
    name.endsWith(".md") ? [readFileSync(join(root, "docs", name), "utf8")] : [],
  );
  const named = texts.flatMap((text) =>
    [...text.matchAll(/`([\w.-]+\/[\w./-]+\.test\.ts)`/g)].map(([, path]) => path ?? ""),
  );

  assert.ok(named.length > 50);
  assert.deepEqual(
    named.filter((path) => !existsSync(join(root, path))),
    [],
  );
});
