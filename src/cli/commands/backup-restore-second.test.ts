// oxlint-disable no-restricted-imports -- tests write the files that the command line reads
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { databaseWith } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const files = site();
const { dir } = files;
const url = await databaseWith("create table runs (id int); insert into runs values (1), (2), (3)");
const second = `{ repository: ${join(dir, "second")}, key: "${files.secret("second-key", "canary-other")}" }`;
const config = files.production({
  head: "mode: act\n",
  key: "canary-first",
  stores: [`{ component: mlflow, kind: postgresql, url: "${files.secret("mlflow", url)}" }`],
  more: [`second: ${second}`],
});
writeFileSync(join(dir, "millwright.server.yaml"), config);

let now = Date.UTC(2026, 10, 20, 9);
async function run(...args: readonly string[]): Promise<Said> {
  const clock = { now: () => instantOf((now += 1000)) };
  return millwright(dir, ["backup", ...args], { clock, variable: () => "ana" });
}

interface Told {
  readonly id: string;
  readonly state: string;
  readonly stores: readonly { readonly safety?: string }[];
}
const told = ({ code, out, err }: Said): Told => {
  assert.equal(code, 0, out + err);
  return JSON.parse(out) as Told;
};

async function idsIn(...where: readonly string[]): Promise<readonly string[]> {
  const { out } = await run("list", "-o", "json", ...where);
  return (JSON.parse(out) as { backups: { id: string }[] }).backups.map(({ id }) => id);
}

async function asked(sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: number }>(sql);
  await client.end();
  return rows[0]?.count;
}
const count = "select count(*)::int as count from runs";

await run("init");
quickenKey(join(dir, "repository"), "canary-first");
await run("init", "--second");
quickenKey(join(dir, "second"), "canary-other");
await run("run");
const [backup = ""] = await idsIn("--second");

test("a restore in place from the second repository keeps what was there in the first, where it is taken back from", async () => {
  await asked("delete from runs where id > 1");
  const { id, stores } = told(await run("restore", backup, "--second", "--in-place", "--yes", "-o", "json"));
  assert.equal(await asked(count), 3);
  const safety = stores[0]?.safety ?? "";
  assert.ok((await idsIn()).includes(safety));
  assert.deepEqual(await idsIn("--second"), [backup]);
  assert.equal(told(await run("restore", "--undo", id, "--yes", "-o", "json")).state, "undone");
  assert.equal(await asked(count), 1);
});

test("with the first repository gone nothing is replaced that nobody has, unless that is agreed to", async () => {
  renameSync(join(dir, "repository"), join(dir, "away"));
  const inPlace = ["restore", backup, "--second", "--in-place", "--yes", "-o", "json"];
  const refused = await run(...inPlace);
  assert.deepEqual([refused.code, await asked(count)], [2, 1]);
  assert.match(refused.out, /first repository, and that cannot be opened: .*--no-safety-backup/);

  const { id } = told(await run(...inPlace, "--no-safety-backup"));
  assert.equal(await asked(count), 3);
  const back = ["restore", "--undo", id, "--second", "--no-safety-backup", "--yes", "-o", "json"];
  assert.equal(told(await run(...back)).state, "undone");
  assert.equal(await asked(count), 1);
});
