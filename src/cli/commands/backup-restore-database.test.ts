// oxlint-disable no-restricted-imports -- tests start a command line of their own and end it
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { sqlOn } from "../../backups/kinds/postgresql/sql.test-support.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret, production } = site();
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const name = new URL(url).pathname.slice(1);
writeFileSync(
  join(dir, "millwright.server.yaml"),
  production({
    head: "mode: act\n",
    key: "canary-77a1\n",
    stores: [`{ component: mlflow, kind: postgresql, url: "${secret("url", url)}" }`],
  }),
);
const run = (...args: readonly string[]): Promise<Said> =>
  millwright(dir, ["backup", ...args], { variable: () => "ana" });

await run("init");
quickenKey(join(dir, "repository"), "canary-77a1");
const first = JSON.parse((await run("run", "-o", "json")).out) as {
  readonly point: { readonly backups: [{ readonly id: string }] };
};
const [{ id: backup }] = first.point.backups;

const sql = sqlOn(url);

const commentOf = async (database: string): Promise<unknown> =>
  (
    await sql(`select shobj_description(oid, 'pg_database') as said from pg_database where datname = '${database}'`)
  )[0]?.["said"];

/** Kills the command line while it compares what it has restored. */
async function killed(to: string): Promise<void> {
  const start = resolve(import.meta.dirname, "../start.ts");
  const args = [start, "backup", "restore", backup, "--to", to, "--yes", "-o", "jsonl"];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    cwd: dir,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("holding every table")) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL", said);
}

test("killed while it restores into a new database: that is marked as half done, and the next attempt makes it anew", async () => {
  const copy = `${name}_copy`;
  await killed(`database:${copy}`);
  assert.match(String(await commentOf(copy)), /^\{"millwright":\{"role":"new"/);

  const plan = await run("restore", backup, "--to", `database:${copy}`);
  assert.equal(plan.code, 0, plan.out + plan.err);
  assert.match(plan.out, /drop the database \S+_copy, which restore-\S+ left half done, and make it anew/);
  const again = await run("restore", backup, "--to", `database:${copy}`, "--yes");
  assert.equal(again.code, 0, again.out + again.err);
  assert.equal(await commentOf(copy), null);
  assert.deepEqual(await sql("select count(*)::int as n from runs", copy), [{ n: 3000 }]);
});

test("killed while it fills a database that was there: that says so itself and is refused, and whole it has its comment again", async () => {
  const own = `${name}_own`;
  const make = async (): Promise<void> => {
    await sql(`drop database if exists ${own} with (force)`);
    await sql(`create database ${own}`);
    await sql(`comment on database ${own} is 'of the data team'`);
  };
  await make();
  await killed(`database:${own}`);
  const refused = await run("restore", backup, "--to", `database:${own}`, "--yes");
  assert.equal(refused.code, 2, refused.out + refused.err);
  assert.match(
    refused.out.replace(/\s+/g, " "),
    /is what restore-\S+ left half done: drop it and make it again, empty/,
  );

  await make();
  const done = await run("restore", backup, "--to", `database:${own}`, "--yes");
  assert.equal(done.code, 0, done.out + done.err);
  assert.equal(await commentOf(own), "of the data team");
});
