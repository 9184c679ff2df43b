import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import { emptyDatabase } from "../../store/test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { proofFile } from "../repository/own-proof.ts";
import { tagsOf } from "../repository/tags.ts";
import { checkReceipt, receiptFor } from "./issue.ts";

const sampled = { kind: "sampled", what: "100 of 900 rows were looked at" } as const;
const repository = await TestRepository.make();
const url = await emptyDatabase();
const db = await testPorts.connectSource(url);
await db.query("create table runs as select 1 as id");
await db.close();
const store = { component: "mlflow", store: "database", kind: "postgresql" } as const;
const taken = await repository.takePoint([{ ...store, url: { kind: "env", name: "DATABASE_URL" } }], {
  secret: async () => url,
});
const point = taken.point?.point.id ?? assert.fail(repository.said.join("\n"));
await repository.provePoint(point);
const backup = (await repository.catalogue()).backups[0]?.id ?? assert.fail();

/** Keeps a proof beside a backup or a point as its newest: the last one, but for its verdict. */
async function keepSampled(id: string, store: string): Promise<void> {
  const open = repository.open();
  const { backups, points } = await repository.catalogue();
  const { proofs, digest } = [...backups, ...points].find((one) => one.id === id) ?? assert.fail();
  const last = JSON.parse(await open.text(proofs[0]?.snapshot ?? "", proofFile));
  const provenAt = repository.now();
  const { installation, environment } = repository.identity();
  const named = { part: "proof", backup: id, installation, environment, store, digest } as const;
  const tags = tagsOf({ ...named, verdict: "sampled", provenAt });
  const { signal } = new AbortController();
  await open.record(proofFile, tags, JSON.stringify({ ...last, verdict: sampled, provenAt }), signal);
}

const receipt = (id: string) => receiptFor(id, repository.open(), repository.identity());
const noReceipt = (id: string) =>
  assert.rejects(
    receipt(id),
    (thrown) => thrown instanceof InputError && /has no receipt: .*looked at samples only/.test(thrown.message),
  );

test("a receipt is worth something for as many hours as are configured, a day where none are", async () => {
  const made = await receipt(backup);
  const judgedAfter = (hours: number, receiptHours?: number) =>
    checkReceipt(made, {
      repository: repository.open(),
      expected: repository.identity(),
      now: instantOf(Date.parse(made.takenAt) + hours * 3_600_000),
      readAll: false,
      ...(receiptHours === undefined ? {} : { receiptHours }),
    });

  assert.equal((await judgedAfter(23)).kind, "valid");
  assert.match(JSON.stringify(await judgedAfter(24)), /"refused".*, 24 hours after its backup was taken/);
  assert.match(JSON.stringify(await judgedAfter(1, 1)), /"refused".*, 1 hour after its backup was taken/);
  const long = await judgedAfter(71, 72);
  assert.ok(long.kind === "valid" && long.until === instantOf(Date.parse(made.takenAt) + 72 * 3_600_000));
});

test("a proof by samples makes no receipt: neither of its backup nor of a point, and ends one that was made before", async () => {
  const use = { repository: repository.open(), expected: repository.identity(), now: repository.now(), readAll: false };
  const [ofBackup, ofPoint] = [await receipt(backup), await receipt(point)];
  assert.equal((await checkReceipt(ofPoint, use)).kind, "valid");

  await keepSampled(point, "all");
  await noReceipt(point);
  assert.deepEqual(await receipt(backup), ofBackup, "its own proof saw all of it");

  await repository.provePoint(point);
  assert.equal((await receipt(point)).backup, point);
  await keepSampled(backup, "mlflow/database");
  await noReceipt(backup);
  await noReceipt(point);
  const verdict = await checkReceipt(ofBackup, use);
  assert.ok(verdict.kind === "refused" && /samples only/.test(verdict.why.join()), JSON.stringify(verdict));
});
