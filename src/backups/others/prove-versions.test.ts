import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, proofOf } from "./prove.test-support.ts";

const dir = folder();
const dumps = join(import.meta.dirname, "fixtures", "dumps");
/** The newest client here, which reads archives of its own major and older (postgresql.org/docs/current/app-pgrestore.html). */
const client = Number(/ (\d+)\./.exec(execFileSync("pg_restore", ["--version"], { encoding: "utf8" }))?.[1]);

async function proven(file: string) {
  const here = join(dir, file);
  copyFileSync(join(dumps, file), here);
  return proofOf(here);
}

const texts = [
  ["pg16.14.sql", "16.14", "16.14"],
  ["pg18.4.sql", "18.4", "18.4"],
  ["pglite-18.3.sql", "18.3", "18.3"],
  ["pg16.14-all.sql", "16.14", "16.14"],
] as const;

for (const [file, server, program] of texts)
  test(`${file}, of a later server than is here, is proven, and says what made it`, async () => {
    const { verdict, databases } = await proven(file);
    assert.ok(verdict.kind === "proven" || verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
    const mlflow = databases.find(({ system }) => system === "mlflow");
    assert.equal(mlflow?.rows, 107);
    assert.equal(mlflow.schemaHead.kind === "known" && mlflow.schemaHead.value, "5b0e9adcef9c");
    assert.match(mlflow.serverVersion ?? "", new RegExp(`^${server.replace(".", "\\.")}`));
    assert.equal(mlflow.dumpVersion, program);
    assert.ok(mlflow.roles.includes("keeper"), "an owner that is named, and that no dump of one database makes");
  });

const archives = [
  ["pg16.2.dump", 16, "1.15"],
  ["pg18.4.dump", 17, "1.16"],
  ["pg18.4.tar", 17, "1.16"],
] as const;

for (const [file, needed, format] of archives)
  test(`${file}, of archive format ${format}, is proven by a client of ${needed}, and else says that one is needed`, async () => {
    const { verdict, databases } = await proven(file);
    if (client >= needed) {
      assert.equal(verdict.kind, "proven", JSON.stringify(verdict));
      assert.equal(databases[0]?.rows, 107);
      return;
    }
    assert.ok(verdict.kind === "unknown", JSON.stringify(verdict));
    assert.match(verdict.why, new RegExp(`format ${format.replace(".", "\\.")}`));
    assert.match(verdict.howToLearn, new RegExp(`Install pg_restore ${needed} or newer`));
  });
