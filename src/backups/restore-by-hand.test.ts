import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { databaseWith, folder, has, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "restore-by-hand.md"), "utf8");

/** The commands of the page, one after the other; only where the repository and its key lie is another here. */
function commands(repository: string, key: string): string {
  return [...page.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, lines]) => lines ?? "")
    .join("\n")
    .replace("/srv/backups/production", repository)
    .replace("/run/secrets/restic-production", key);
}

test("the page on restoring by hand leads to every row, with restic and PostgreSQL's tools alone", async (context) => {
  const missing = ["restic", "jq", "psql", "pg_restore"].find((program) => !has(program));
  if (missing !== undefined) return context.skip(`not run: ${missing} (apt-get install ${missing})`);
  const url = await databaseWith(
    `${mlflowTables}${mlflowRows} create table "Odd ""name" (id int); insert into "Odd ""name" values (1)`,
  );
  const repository = await TestRepository.make();
  await repository.backUp(url);
  const here = folder();
  const key = join(here, "key");
  writeFileSync(key, repository.password, { mode: 0o600 });
  const target = Object.assign(new URL(url), { pathname: "/restored" }).href;

  const done = spawnSync("bash", ["-euo", "pipefail", "-c", commands(repository.folder, key)], {
    cwd: here,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: here, TARGET_SERVER: url, TARGET_DATABASE: target },
  });

  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("drop database if exists restored with (force)");
  await client.end();
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.match(done.stdout, /dump\.pgdump: OK/);
  assert.match(done.stdout, /every table has its rows/);
});
