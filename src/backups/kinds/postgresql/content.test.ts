// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectSource } from "../../../edge/source-database.ts";
import { systems } from "../../../systems/index.ts";
import { databaseWith } from "../../others/prove.test-support.ts";
import { contentOf } from "./content.ts";

test("however many tables and sequences a database has, few of them are locked at once: a server has room for some thousands", async (t) => {
  const tables = Array.from(
    { length: 120 },
    (_, number) =>
      `create table t${number} (id bigserial primary key, a int unique, b int unique); insert into t${number} (a, b) values (${number}, 1);`,
  );
  const db = await connectSource(await databaseWith(tables.join("\n")));
  t.after(() => db.close());
  let most = 0;
  const query = async (sql: string) => {
    const rows = await db.query(sql);
    const [held] = await db.query(
      "select count(*)::int as n from pg_locks l join pg_class c on c.oid = l.relation where pid = pg_backend_pid() and c.relnamespace = 'public'::regnamespace",
    );
    most = Math.max(most, Number(held?.["n"]));
    return rows;
  };

  await db.query("begin isolation level repeatable read read only");
  const { tables: counted, sequences } = await contentOf({ query }, systems, () => undefined);

  assert.deepEqual([counted.length, sequences.length], [120, 120]);
  assert.ok(counted.every(({ rows }) => rows === 1));
  assert.ok(most >= 4 && most <= 100, `${most} relations were locked at once`);
});
