import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDatabase } from "../../../store/test-support.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { TestRepository } from "../../own.test-support.ts";
import { receiptFor } from "../../receipts/issue.ts";

const made = await TestRepository.make();

/** What a receipt says of a database, and whoever waited was told. */
async function receiptOf(url: string) {
  const before = made.said.length;
  const { manifest } = await made.backUp(url);
  const told = made.said.slice(before).join("\n");
  assert.deepEqual((await made.prove(manifest.id)).verdict, { kind: "proven" });
  const receipt = await receiptFor(manifest.id, made.open(), made.identity());
  return {
    told,
    name: manifest.body.source.database,
    covers: receipt.covers.join(),
    not: receipt.doesNotCover.join("\n"),
  };
}

test("a receipt for a database without a table or a row asks whether it is the one in use, as the run does", async () => {
  for (const [url, what] of [
    [await emptyDatabase(), "there is no table"],
    [await databaseWith("create table runs (id int primary key)"), "no table holds a row"],
  ] as const) {
    const { told, name, covers, not } = await receiptOf(url);
    const words = `${what}: is ${name} the database that the application uses?`;

    assert.ok(not.split("\n").includes(`any row: ${words}`), not);
    for (const text of [told, covers]) assert.ok(text.includes(words), text);
  }
});

test("MLflow's tables as it makes them when it first starts are no runs and no models", async () => {
  const { not } = await receiptOf(
    await databaseWith(`${mlflowTables} insert into experiments (name) values ('Default')`),
  );

  assert.match(not, /^what the application keeps: MLflow's tables are there and hold no run and no model/m);
});

test("of a database in use no receipt asks that", async () => {
  const { told, covers, not } = await receiptOf(await databaseWith(`${mlflowTables}${mlflowRows}`));

  for (const text of [told, covers, not]) assert.doesNotMatch(text, /any row|is .* the database|application keeps/);
});
