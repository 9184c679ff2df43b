import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { openSqlite } from "./sqlite-file.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-test-"));
after(() => rmSync(folder, { recursive: true }));

function made(name: string, sql: string): string {
  const file = join(folder, name);
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return file;
}

const many = `create table rows (id integer primary key, text text);
  with recursive ids (id) as (select 1 union all select id + 1 from ids where id < 500)
  insert into rows select id, hex(randomblob(100)) from ids`;

test("a restored file is asked at once or row by row, and never changed", () => {
  const file = made("whole", many);
  const before = readFileSync(file);
  const db = openSqlite(file);

  assert.deepEqual({ ...db.query("select count(*) as count from rows")[0] }, { count: 500 });
  assert.equal([...db.each("select * from rows")].length, 500);
  assert.throws(
    () => db.query("delete from rows"),
    /SQLite does not read .*whole: attempt to write a readonly database/,
  );
  db.close();
  assert.ok(readFileSync(file).equals(before));
});

test("a file that is damaged, or none of SQLite's, is refused by its name, also half way through its rows", () => {
  const text = join(folder, "text");
  writeFileSync(text, "no database at all, whatever its name says".repeat(100));
  const damaged = made("damaged", many);
  const bytes = readFileSync(damaged);
  writeFileSync(damaged, bytes.fill(0xff, bytes.length - 40_000));

  for (const [file, sql] of [
    [text, "select * from sqlite_master"],
    [damaged, "select * from rows"],
  ] as const)
    for (const way of ["query", "each"] as const) {
      const db = openSqlite(file);
      assert.throws(
        () => [...db[way](sql)],
        (thrown) => thrown instanceof InputError && thrown.message.startsWith(`SQLite does not read ${file}: `),
        `${way} of ${file}`,
      );
      db.close();
    }
  assert.throws(() => openSqlite(join(folder, "none")), InputError);
});
