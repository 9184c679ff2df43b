// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { openBackups } from "../../edge/backups.ts";
import { connectSource } from "../../edge/source-database.ts";
import { InputError } from "../../kernel/errors.ts";
import { systems } from "../../systems/index.ts";
import { databaseWith, folder } from "../others/prove.test-support.ts";
import type { PointCheck } from "./point-check.ts";
import { References } from "./references.ts";
import type { Source } from "./sources.ts";

const { ports } = openBackups(process.env);
const tables = `create table schema_migrations (version text); create table ar_internal_metadata (key text);
  create table projects (id int); create table namespaces (id int); create table users (id int);
  create table merge_requests (id int); create table lfs_objects (id int, oid text, file_store int);`;
const lfs: Source = { store: "gitlab/lfs", listed: { kind: "bucket", bucket: "lfs", prefix: "" } };
const keyOf = (oid: string): string => `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`;

async function checked(references: References, keys: readonly string[]): Promise<readonly PointCheck[]> {
  async function* all(): AsyncGenerator<string> {
    yield* keys;
  }
  for (const source of references.look([lfs])) await references.read(source, all());
  return references.checks();
}

test("however many rows there are, some are held at once, the others lie in the scratch folder until the end", async () => {
  const own = folder();
  const references = await References.open(own, ports);
  const oids = "select lpad(to_hex(id), 64, '0') as oid, id from generate_series(1, 7001) as id";
  const sql = `${tables} insert into lfs_objects (id, oid, file_store) select id, oid, 2 from (${oids}) as all_of_them;`;
  const db = await connectSource(await databaseWith(sql));
  let most = 0;
  const counting = async (text: string): ReturnType<typeof db.query> => {
    const rows = await db.query(text);
    most = Math.max(most, rows.length);
    return rows;
  };
  await references.ask({ query: counting }, systems, "gitlab/database").finally(() => db.close());
  assert.ok(most > 0 && most <= 2000, `${most} rows came at once`);
  assert.equal(readdirSync(own).length, 1);

  const all = Array.from({ length: 7001 }, (_, index) => keyOf((index + 1).toString(16).padStart(64, "0")));
  const [check] = await checked(references, [...all.slice(0, 1000), ...all.slice(1025)]);
  assert.ok(check !== undefined);
  assert.deepEqual([check.state, check.asked], ["failed", 7001]);
  assert.equal(check.why[0], "25 of 7001 are in no backup of this point");
  assert.deepEqual(
    check.why.slice(1).map((words) => words.slice(0, 64)),
    all.slice(1000, 1020).map((key) => key.replaceAll("/", "")),
  );
  await references.close();
  assert.deepEqual(readdirSync(own), []);
});

test("rows that came before a question was refused are worth nothing", async () => {
  const references = await References.open(folder(), ports);
  const sql = `${tables} insert into lfs_objects (id, oid, file_store) select id, lpad(id::text, 64, '0'), 2 from generate_series(1, 5000) as id;`;
  const db = await connectSource(await databaseWith(sql));
  let fetched = 0;
  const query = async (text: string): ReturnType<typeof db.query> => {
    if (text.startsWith("fetch") && ++fetched === 2) throw new InputError("the page is damaged");
    return db.query(text);
  };
  await references.ask({ query }, systems, "gitlab/database").finally(() => db.close());

  const [check] = await checked(references, []);
  assert.deepEqual([check?.state, check?.asked, check?.why], ["unknown", 0, ["the page is damaged"]]);
  await references.close();
});
