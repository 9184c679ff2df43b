// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openBackups } from "../../edge/backups.ts";
import { connectSource } from "../../edge/source-database.ts";
import type { Spill } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { systems } from "../../systems/index.ts";
import { databaseWith, folder, gitlabTables } from "../others/prove.test-support.ts";
import { withSpill } from "../with-spill.ts";
import type { PointCheck } from "./point-check.ts";
import { References } from "./references.ts";
import type { Source } from "./sources.ts";

const { ports } = openBackups(process.env);
const tables = `${gitlabTables} create table lfs_objects (id int, oid text, file_store int);`;
const lfs: Source = { store: "gitlab/lfs", listed: { kind: "bucket", bucket: "lfs", prefix: "" } };
const oidOf = (at: number): string => at.toString(16).padStart(64, "0");
const keyOf = (oid: string): string => `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`;

async function checked(references: References, keys: readonly string[]): Promise<readonly PointCheck[]> {
  async function* all(): AsyncGenerator<string> {
    yield* keys;
  }
  for (const source of references.look([lfs])) await references.read(source, all());
  return references.checks();
}

/** Where a point's rows and pointers lie, and how many files of rows are below it. */
const own = folder();
const filesBelow = (): number => readdirSync(own).flatMap((name) => readdirSync(join(own, name))).length;

test("however many rows there are, some are held at once, the others lie in the scratch folder until the end", async () => {
  const oids = "select lpad(to_hex(id), 64, '0') as oid, id from generate_series(1, 7001) as id";
  const sql = `${tables} insert into lfs_objects (id, oid, file_store) select id, oid, 2 from (${oids}) as all_of_them;`;
  const db = await connectSource(await databaseWith(sql));
  let most = 0;
  const counting = async (text: string): ReturnType<typeof db.query> => {
    const rows = await db.query(text);
    most = Math.max(most, rows.length);
    return rows;
  };
  const all = Array.from({ length: 7001 }, (_, index) => keyOf(oidOf(index + 1)));

  const [check] = await withSpill(own, ports, async (spill) => {
    const references = new References(spill);
    await references.ask({ query: counting }, systems, "gitlab/database").finally(() => db.close());
    assert.equal(filesBelow(), 1);
    return checked(references, [...all.slice(0, 1000), ...all.slice(1025)]);
  });

  assert.ok(most > 0 && most <= 2000, `${most} rows came at once`);
  assert.ok(check !== undefined);
  assert.deepEqual([check.state, check.asked], ["failed", 7001]);
  assert.equal(check.why[0], "25 of 7001 are in no backup of this point");
  assert.deepEqual(
    check.why.slice(1).map((words) => words.slice(0, 64)),
    all.slice(1000, 1020).map((key) => key.replaceAll("/", "")),
  );
  assert.deepEqual(readdirSync(own), []);
});

test("rows that came before a question was refused are worth nothing", async () => {
  const sql = `${tables} insert into lfs_objects (id, oid, file_store) select id, lpad(id::text, 64, '0'), 2 from generate_series(1, 5000) as id;`;
  const db = await connectSource(await databaseWith(sql));
  let fetched = 0;
  const query = async (text: string): ReturnType<typeof db.query> => {
    if (text.startsWith("fetch") && ++fetched === 2) throw new InputError("the page is damaged");
    return db.query(text);
  };

  const [check] = await withSpill(own, ports, async (spill) => {
    const references = new References(spill);
    await references.ask({ query }, systems, "gitlab/database").finally(() => db.close());
    return checked(references, []);
  });

  assert.deepEqual([check?.state, check?.asked, check?.why], ["unknown", 0, ["the page is damaged"]]);
});

/** So many that they are written in several lots. */
const many = 60_000;
const point = (references: References, at: number, repository = "team/model"): void =>
  references.point("gitlab/backup", { repository, oid: oidOf(at), path: `data/${at}.bin` });

test("pointers are as many as they are: each is held against all rows, and all that no row names are looked for", async () => {
  const [rows, there] = [many / 2, many - 25];
  const oids = `select lpad(to_hex(id), 64, '0') from generate_series(1, ${rows}) as id`;
  const db = await connectSource(await databaseWith(`${tables} insert into lfs_objects (oid) ${oids};`));

  const checks = await withSpill(own, ports, async (spill) => {
    const references = new References(spill);
    for (let at = many; at > 0; at -= 1) point(references, at);
    for (let at = 1; at <= many; at += 1) point(references, at, "another/copy");
    await references.ask(db, systems, "gitlab/database").finally(() => db.close());
    const keys = Array.from({ length: there - 1 }, (_, index) => keyOf(oidOf(index + 2)));
    return checked(references, keys);
  });

  const check = checks.find(({ id }) => id === "lfs-pointers");
  assert.ok(check !== undefined);
  assert.deepEqual([check.state, check.asked], ["failed", rows]);
  const [head, gone, told, ...lost] = check.why;
  assert.equal(head, `1 of ${rows} name an object that the database has and no backup of this point holds`);
  assert.equal(gone, `team/model: data/1.bin (${oidOf(1)})`);
  assert.match(told ?? "", new RegExp(`^${rows} more pointers name .*; ${rows - 25} of them lie in the point$`));
  const all = Array.from({ length: 20 }, (_, index) => there + 1 + index);
  assert.deepEqual(
    lost,
    all.map((at) => `team/model: data/${at}.bin (${oidOf(at)})`),
  );
  assert.deepEqual(readdirSync(own), []);
});

test("where the disk is full of pointers nothing is told of any, and nothing stays", async () => {
  const small = (file: string): Spill => {
    const spill = ports.openSpill(file);
    spill.run("pragma max_page_count = 300");
    return spill;
  };
  const isFull = (thrown: unknown): boolean =>
    thrown instanceof SystemError && /^rows could not be kept in .*: database or disk is full$/.test(thrown.message);

  const work = withSpill(own, { ...ports, openSpill: small }, async (spill) => {
    const references = new References(spill);
    const all = (): void => {
      for (let at = 1; at <= many; at += 1) point(references, at);
    };
    assert.throws(all, isFull);
    assert.throws(() => references.look([lfs]), isFull);
    return checked(references, []);
  });

  await assert.rejects(work, isFull);
  assert.deepEqual(readdirSync(own), []);
});

test("what a killed process left of them goes when the next begins", async () => {
  const source = `
    import { openBackups } from ${JSON.stringify(join(import.meta.dirname, "../../edge/backups.ts"))};
    import { withSpill } from ${JSON.stringify(join(import.meta.dirname, "../with-spill.ts"))};
    import { References } from ${JSON.stringify(join(import.meta.dirname, "references.ts"))};
    await withSpill(${JSON.stringify(own)}, openBackups(process.env).ports, async (spill) => {
      const references = new References(spill);
      for (let at = 0; at < ${many}; at += 1)
        references.point("gitlab/backup", { repository: "team/model", oid: at.toString(16).padStart(64, "0"), path: "a" });
      process.kill(process.pid, "SIGKILL");
    });`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "--eval", source];
  const { signal } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.deepEqual([signal, filesBelow()], ["SIGKILL", 1]);

  const left = await withSpill(own, ports, async () => filesBelow());

  assert.equal(left, 1);
  assert.deepEqual(readdirSync(own), []);
});
