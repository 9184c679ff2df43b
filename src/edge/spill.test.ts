import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { openSpill } from "./spill.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-test-"));
after(() => rmSync(folder, { recursive: true }));

test("rows are read one by one while others are asked; a change says whether there was one", () => {
  const spill = openSpill(join(folder, "rows"));
  spill.run("create table rows (name text primary key) without rowid");
  for (const name of ["a", "b", "c"]) assert.equal(spill.run("insert or ignore into rows values (?)", name), true);
  assert.equal(spill.run("insert or ignore into rows values (?)", "b"), false);

  const seen: unknown[] = [];
  for (const { name } of spill.each("select name from rows order by name")) {
    seen.push(name);
    assert.equal(spill.all("select name from rows where name <= ?", String(name)).length, seen.length);
  }
  assert.deepEqual(seen, ["a", "b", "c"]);
  spill.close();
  assert.deepEqual(readdirSync(folder), ["rows"]);
});

test("what cannot be kept stops, in SQLite's words", () => {
  const spill = openSpill(join(folder, "small"));
  spill.run("create table rows (text text)");
  spill.run("pragma max_page_count = 20");
  const fill = (): void => {
    for (let index = 0; index < 100; index += 1) spill.run("insert into rows values (?)", "x".repeat(4000));
  };

  assert.throws(
    fill,
    (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /full/.test(thrown.message),
  );
  spill.close();
});
