import assert from "node:assert/strict";
import { test } from "node:test";
import { systems } from "../../systems/index.ts";
import { databaseWith, folder, gitlabTables } from "../others/prove.test-support.ts";
import { testPorts } from "../own.test-support.ts";
import { withSpill } from "../with-spill.ts";
import type { PointCheck } from "./point-check.ts";
import { References } from "./references.ts";
import type { Source } from "./sources.ts";

const [first, second, third] = ["a", "b", "c"].map((letter) => letter.repeat(64));
const oids = { first: first ?? "", second: second ?? "", third: third ?? "" };
const keyOf = (oid: string): string => `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`;
const scratch = folder();
const lfs: Source = { store: "gitlab/lfs", listed: { kind: "bucket", bucket: "lfs", prefix: "" } };

/** A point whose repositories have these pointers, whose database has these rows, and whose store has these keys. */
async function found(
  pointers: readonly string[],
  {
    rows,
    keys,
    sql = "",
  }: { readonly rows?: readonly string[]; readonly keys?: readonly string[]; readonly sql?: string },
): Promise<readonly PointCheck[]> {
  return withSpill(scratch, testPorts, async (spill) => {
    const references = new References(spill);
    for (const [index, oid] of pointers.entries())
      references.point("gitlab/backup", { repository: `team/model-${index + 1}`, oid, path: "data/weights.bin" });
    if (rows !== undefined) {
      const values = rows.map((oid, index) => `insert into lfs_objects values (${index}, '${oid}');`).join("");
      const url = await databaseWith(`${gitlabTables} create table lfs_objects (id int, oid text); ${values} ${sql}`);
      const db = await testPorts.connectSource(url);
      await references.ask(db, systems, "gitlab/database").finally(() => db.close());
    }
    const sources = keys === undefined ? [] : [lfs];
    for (const source of references.look(sources)) await references.read(source, keysOf(keys ?? []));
    return references.checks().filter(({ id }) => id === "lfs-pointers");
  });
}

async function* keysOf(keys: readonly string[]): AsyncGenerator<string> {
  yield* keys.map(keyOf);
}

test("a pointer resolves where the database has a row of its object and the object is there; each object counts once", async () => {
  const { first: a, second: b } = oids;
  const [check, ...more] = await found([a, b, a], { rows: [a, b, oids.third], keys: [a, b, oids.third] });
  assert.deepEqual([check?.state, check?.asked, check?.why, more], ["passed", 2, [], []]);
});

test("one whose object the database has and no backup holds fails, and says in which file it stands", async () => {
  const [check] = await found([oids.first, oids.second], { rows: [oids.first, oids.second], keys: [oids.first] });
  assert.deepEqual([check?.state, check?.asked], ["failed", 2]);
  assert.deepEqual(check?.why, [
    "1 of 2 name an object that the database has and no backup of this point holds",
    `team/model-2: data/weights.bin (${oids.second})`,
  ]);
});

test("one that nobody uploaded is told and fails nothing, whether its object lies somewhere or not", async () => {
  const [check] = await found([oids.first, oids.second, oids.third], {
    rows: [oids.first],
    keys: [oids.first, oids.second],
  });
  assert.deepEqual([check?.state, check?.asked], ["passed", 1]);
  assert.match(
    check?.why.join("\n") ?? "",
    /^2 more pointers name an object, and the database has no row of it .*; 1 of/,
  );
  assert.deepEqual(check?.why.slice(1), [`team/model-3: data/weights.bin (${oids.third})`]);
});

test("where no store lists objects, or no database tells of its rows, it is not known", async () => {
  const [unlisted] = await found([oids.first], { rows: [oids.first] });
  assert.deepEqual([unlisted?.state, unlisted?.asked], ["unknown", 1]);
  assert.match(unlisted?.why.join() ?? "", /whether the objects of 1 of 1 are there is not known/);

  const [unasked] = await found([oids.first, oids.second], { keys: [oids.first] });
  assert.equal(unasked?.state, "unknown");
  assert.match(unasked?.why.join() ?? "", /no database was asked which/);

  const refused = { rows: [oids.first], keys: [oids.first], sql: "alter table lfs_objects drop column oid;" };
  assert.equal((await found([oids.second], refused))[0]?.state, "unknown");

  const [kept] = await found([oids.first], { keys: [oids.first] });
  assert.equal(kept?.state, "passed");
});

test("an object's name is the same in letters of either size, and another component's row is of another object", async () => {
  const [large] = await found([oids.first], { rows: [oids.first.toUpperCase()], keys: [] });
  assert.deepEqual([large?.state, large?.asked], ["failed", 1]);
});

test("a point without a pointer has no such check", async () => {
  assert.deepEqual(await found([], { rows: [oids.first], keys: [oids.first] }), []);
});
