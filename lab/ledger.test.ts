import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ledger } from "./ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-ledger-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("effects are counted by target and survive a restart", () => {
  const file = join(folder, "below", "ledger.jsonl");
  const first = new Ledger(file, () => "2026-07-01T10:00:00.000Z");
  first.add("production/gitlab", "migration", { version: "17.11.7" });
  first.add("production/gitlab", "migration");
  first.add("staging/gitlab", "migration");

  const second = new Ledger(file);

  assert.equal(second.count("production/gitlab", "migration"), 2);
  assert.equal(second.count("production/gitlab", "backup"), 0);
  assert.deepEqual(second.entries(), first.entries());
});

test("a line that a kill cut off is dropped, and the next one stands on a line of its own", () => {
  const file = join(folder, "cut.jsonl");
  new Ledger(file).add("git", "push");
  appendFileSync(file, '{"at":"2026-');

  new Ledger(file).add("git", "push");

  assert.equal(new Ledger(file).count("git", "push"), 2);
  assert.ok(readFileSync(file, "utf8").endsWith("}\n"));
});
