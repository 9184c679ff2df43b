import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { databaseWith, dump, folder, proofOf } from "./prove.test-support.ts";

const dir = folder();

/** On the same server, of another encoding; its URL. */
async function databaseOfAnyBytes(name: string): Promise<string> {
  const url = new URL(await databaseWith("select 1"));
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`create database ${name} encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0`);
  await admin.end();
  return Object.assign(url, { pathname: `/${name}` }).href;
}

test("a database that takes any bytes for text comes back with them, in rows, INSERTs and comments", async () => {
  const url = await databaseOfAnyBytes("any_bytes");
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("create table t (a text); insert into t values (E'm\\374ller')");
  await client.query("do $do$ begin execute E'comment on table t is $c$M\\374ller$c$'; end $do$");
  await client.end();
  for (const args of [[], ["--inserts"], ["-Fc"], ["--create"]]) {
    const { verdict, databases } = await proofOf(dump(url, join(dir, `bytes${args.join("")}`), ...args));
    assert.deepEqual([verdict, databases[0]?.rows, databases[0]?.failures], [{ kind: "proven" }, 1, []], args.join());
  }
});

test("a sequence of numbers that no float holds is held against its rows exactly", async () => {
  const most = "9223372036854770001";
  const url = await databaseWith(
    `create table good (id bigserial primary key); insert into good values (${most}); select setval('good_id_seq', ${most});
     create table late (id bigserial primary key); insert into late values (${most}); select setval('late_id_seq', ${most}, false);`,
  );
  const { verdict } = await proofOf(dump(url, join(dir, "large"), "-Fc"));
  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.deepEqual(verdict.lacks, [
    `The sequence public.late_id_seq gives ${most} next, and late.id has ${most}: the next insert fails`,
  ]);
});

test("what only a superuser may make is refused with what is said of it, and takes nothing from the data", async () => {
  const url = await databaseWith(
    "create table t (a int); insert into t values (1); create publication p for all tables; comment on publication p is 'all';",
  );
  const { verdict, databases } = await proofOf(dump(url, join(dir, "published"), "-Fc"));
  assert.deepEqual(verdict, { kind: "proven" });
  assert.deepEqual([...new Set(databases[0]?.failures.map(({ kind }) => kind))], ["right"]);
});
