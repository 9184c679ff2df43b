import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { SystemError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import { openStore, type Store } from "../store.ts";
import { emptyDatabase } from "../test-support.ts";
import { migrations } from "./index.ts";
import type { Migration } from "./migration.ts";
import { countTables, fillTables } from "./rows.test-support.ts";
import { migrate, schemaProblem } from "./runner.ts";

const now = instantOf(Date.UTC(2026, 10, 20));
const first: Migration = { number: 1, name: "first", sql: "create table first (id int primary key)" };
const second: Migration = {
  number: 2,
  name: "second",
  sql: "insert into first values (1); create table second (id int references first)",
};
const third: Migration = {
  number: 3,
  name: "third",
  sql: "insert into second values (1); alter table second add note text",
};

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = openStore({ url: await emptyDatabase(), applicationName: "migrations" });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

const numbers = (applied: readonly Migration[]): readonly number[] => applied.map(({ number }) => number);

/** Every table, column, constraint and index, as PostgreSQL itself describes them. */
async function schemaOf(store: Store): Promise<unknown> {
  const { rows } = await sql`
    select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      || coalesce(' ' || column_default, '') as line
    from information_schema.columns where table_schema = 'public'
    union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace
    union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    order by 1`.execute(store.tables());
  return rows;
}

test("the list is in the order of its numbers, each once", () => {
  const listed = numbers(migrations);
  assert.deepEqual(
    listed,
    [...new Set(listed)].toSorted((a, b) => a - b),
  );
});

test("each migration is applied once, in order, and keeps what was there", async () => {
  await withStore(async (store) => {
    assert.deepEqual(numbers(await migrate(store, now, [first, second])), [1, 2]);
    assert.deepEqual(numbers(await migrate(store, now, [third, second, first])), [3]);
    assert.deepEqual(numbers(await migrate(store, now, [first, second, third])), []);
    const { rows } = await sql`select * from second`.execute(store.tables());
    assert.deepEqual(rows, [{ id: 1, note: null }]);
  });
});

test("from every earlier version, with data in every table, the same schema comes about and every row stays", async () => {
  const schemas: unknown[] = [];
  for (let from = 0; from <= migrations.length; from += 1) {
    await withStore(async (store) => {
      await migrate(store, now, migrations.slice(0, from));
      const before = await fillTables(store);
      await migrate(store, now);
      assert.equal(await schemaProblem(store), undefined);
      const rows = await countTables(store);
      for (const [table, count] of before)
        assert.ok((rows.get(table) ?? 0) >= count, `${table} lost rows from ${from}`);
      schemas.push(await schemaOf(store));
    });
  }
  for (const schema of schemas) assert.deepEqual(schema, schemas[0]);
});

test("one migration after the other, with data put in at each step, loses none of it", async () => {
  await withStore(async (store) => {
    for (let to = 1; to <= migrations.length; to += 1) {
      const before = await countTables(store);
      assert.deepEqual(numbers(await migrate(store, now, migrations.slice(0, to))), [migrations[to - 1]?.number]);
      const rows = await fillTables(store);
      for (const [table, count] of before) assert.ok((rows.get(table) ?? 0) >= count, `${table} lost rows at ${to}`);
    }
    const rows = await countTables(store);
    assert.ok(rows.size > migrations.length);
    for (const [table, count] of rows) assert.ok(count > 0, `${table} was not filled`);
  });
});

test("a migration that fails leaves nothing of itself, and can be tried again", async () => {
  await withStore(async (store) => {
    const broken: Migration = { ...second, sql: `${second.sql}; select 1/0` };
    await assert.rejects(migrate(store, now, [first, broken]), /division by zero/);
    const { rows } = await sql`select * from first`.execute(store.tables());
    assert.deepEqual(rows, []);
    assert.deepEqual(numbers(await migrate(store, now, [first, second])), [2]);
  });
});

test("several processes that start at once apply each migration once", async () => {
  await withStore(async (store) => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(store, now, [first, second, third])));
    assert.deepEqual(
      numbers(applied.flat()).toSorted((a, b) => a - b),
      [1, 2, 3],
    );
  });
});

test("a database that a newer version changed is left alone", async () => {
  await withStore(async (store) => {
    await migrate(store, now, [first, second]);
    const refusal = (thrown: unknown): boolean =>
      thrown instanceof SystemError &&
      thrown.remedy === "stop" &&
      /newer version \(migration 0002 second\)/.test(thrown.message);
    await assert.rejects(migrate(store, now, [first]), refusal);
    assert.match((await schemaProblem(store, [first])) ?? "", /newer version/);
  });
});

test("a migration whose text was changed after it was applied is refused; its indentation may change", async () => {
  await withStore(async (store) => {
    await migrate(store, now, [first]);
    await assert.rejects(migrate(store, now, [{ ...first, sql: "create table first (id text)" }]), /another text/);
    assert.deepEqual(await migrate(store, now, [{ ...first, sql: `\n    ${first.sql}\n  ` }]), []);
  });
});

test("a process that does not migrate learns that the schema is not there yet", async () => {
  await withStore(async (store) => {
    assert.match((await schemaProblem(store, [first])) ?? "", /older than this version: 0001 first/);
    await migrate(store, now, [first]);
    assert.equal(await schemaProblem(store, [first]), undefined);
  });
});
