import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { forge } from "./forged.test-support.ts";
import { databaseWith, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { type DatabaseManifest, TestRepository } from "./own.test-support.ts";
import { receiptFor } from "./receipts/issue.ts";
import { lastTelling } from "./repository/catalogue.ts";
import { hurtPacks } from "./repository/hurt.test-support.ts";
import type { Manifest } from "./repository/manifest.ts";

const repository = await TestRepository.make();
const { manifest } = await repository.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));

const forged = (change: (said: DatabaseManifest) => DatabaseManifest): Promise<string> =>
  forge(manifest, change, repository);

test("what did not come back as the manifest says fails the proof, by name, and gives no receipt", async () => {
  const id = await forged((said) => ({
    ...said,
    body: {
      ...said.body,
      content: {
        ...said.body.content,
        tables: said.body.content.tables.map((one) =>
          one.table === "public.runs" ? { ...one, rows: one.rows + 1 } : { ...one, checksum: `${one.checksum}1` },
        ),
        sequences: said.body.content.sequences.map((one) => ({ ...one, last: "77", until: "78" })),
      },
    },
  }));
  const { verdict } = await repository.prove(id);
  assert.ok(verdict.kind === "failed");
  assert.match(verdict.why.join("\n"), /public\.runs has 3000 rows, and had 3001/);
  assert.match(verdict.why.join("\n"), /the rows of public\.experiments are others than were backed up/);
  assert.match(verdict.why.join("\n"), /experiments_experiment_id_seq stands at 5, and stood at 77/);
  await assert.rejects(receiptFor(id, repository.open(), repository.identity()), /has no receipt: its proof .* failed/);
});

test("a dump of other bytes than the manifest names is not proven, whatever it holds", async () => {
  const id = await forged((said) => ({
    ...said,
    parts: said.parts.map((part) => ({ ...part, tree: "0".repeat(64) })),
  }));
  const { verdict } = await repository.prove(id);
  assert.ok(verdict.kind === "failed");
  assert.match(verdict.why.join(), /the bytes of dump\.pgdump are not those that the manifest names/);
});

test("a backup of another environment, installation, repository or store is refused under this one's name", async () => {
  const foreign: readonly (readonly [Partial<Manifest["identity"]>, RegExp])[] = [
    [{ environment: "staging" }, /of staging, not production/],
    [{ installation: "other" }, /of the installation other, not acme/],
    [{ repository: "f".repeat(64) }, /made for another repository/],
    [{ component: "keycloak" }, /of keycloak\/database, not mlflow\/database/],
  ];
  for (const [change, words] of foreign) {
    const id = await forged((said) => ({ ...said, identity: { ...said.identity, ...change } }));
    const refused = (thrown: unknown): boolean => thrown instanceof InputError && words.test(thrown.message);
    await assert.rejects(repository.prove(id), refused);
    await assert.rejects(receiptFor(id, repository.open(), repository.identity()), refused);
  }
});

test("a manifest that is damaged fails the proof, which is kept, until it can be read again", async () => {
  const own = await TestRepository.make();
  const { manifest: made } = await own.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));
  assert.equal((await own.prove(made.id)).verdict.kind, "proven");
  const mend = hurtPacks(own.folder);

  const { verdict } = await own.prove(made.id);

  assert.ok(verdict.kind === "failed", JSON.stringify(verdict));
  assert.match(verdict.why.join(), /^its manifest does not come back: restic cannot read it whole: /);
  const told = async (): Promise<string | undefined> =>
    lastTelling((await own.catalogue()).backups.find(({ id }) => id === made.id)?.proofs ?? [])?.verdict;
  assert.equal(await told(), "failed");
  mend();
  assert.equal((await own.prove(made.id)).verdict.kind, "proven");
  assert.equal(await told(), "proven");
});
