import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
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

test("rows that are too many to be held lie in that one file", () => {
  const alone = join(folder, "many");
  mkdirSync(alone);
  const file = join(alone, "rows");
  const spill = openSpill(file);
  spill.run("create table rows (text text)");
  for (let index = 0; index < 5000; index += 1) spill.run("insert into rows values (?)", "x".repeat(8000));

  assert.deepEqual(readdirSync(alone), ["rows"]);
  assert.ok(statSync(file).size > 16_000_000);
  spill.close();
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

test("after what could not be kept nothing more is told, as SQLite may have taken all of it back", () => {
  const spill = openSpill(join(folder, "broken"));
  spill.run("create table rows (text text)");
  spill.run("insert into rows values ('a')");
  const refused = (work: () => unknown): unknown => {
    try {
      work();
    } catch (thrown) {
      return thrown;
    }
    return assert.fail("it was told");
  };

  const first = refused(() => spill.run("insert into rows values (?, ?)", "b", "c"));

  assert.ok(first instanceof SystemError);
  assert.match(first.message, /rows could not be kept in .*broken: table rows has 1 columns but 2 values/);
  const asked = [
    () => spill.run("insert into rows values ('b')"),
    () => spill.all("select * from rows"),
    () => [...spill.each("select * from rows")],
  ];
  for (const work of asked) assert.equal(refused(work), first);
  spill.close();
});

test("rows that nobody reads on are left where they are: others are changed and asked, and the file is closed", () => {
  const spill = openSpill(join(folder, "left"));
  spill.run("create table rows (id integer)");
  for (let index = 0; index < 10; index += 1) spill.run("insert into rows values (?)", index);

  for (const { id } of spill.each("select id from rows order by id")) if (id === 3) break;

  assert.equal(spill.run("drop table rows"), true);
  spill.close();
});
