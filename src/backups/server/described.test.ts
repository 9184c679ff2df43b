import assert from "node:assert/strict";
import { after, test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import { callsFor } from "./config.ts";
import { reasonsOf } from "./described.ts";
import { backupBench } from "./server.test-support.ts";

const bench = await backupBench();
after(() => bench.store.close());
const calls = callsFor(bench.binding, "staging", new AbortController().signal);

test("a backup says what it covers and what not, and what its proof found", async () => {
  await bench.call("backup", "run");
  const { backups, points } = await calls.list();
  const said = await calls.describeBackup(backups[0]?.id ?? "");
  assert.match(said.covers, /^database \w+, 5 tables, 3007 rows$/);
  assert.ok(said.doesNotCover.includes("passwords of database roles"));
  assert.equal(said.proof?.verdict.kind, "proven");
  assert.equal(said.proof?.counts["rows"], 3007);
  assert.ok(said.parts.every(({ digest }) => /^(?:sha256|tree):[0-9a-f]{64}$/.test(digest)));

  const point = await calls.describePoint(points[0]?.id ?? "");
  assert.equal(point.fence.kind, "unfenced");
  assert.deepEqual(
    point.backups.map(({ id }) => id),
    [said.id],
  );
});

test("that there is no such backup is an answer", async () => {
  await assert.rejects(calls.describeBackup("nothing"), InputError);
});

test("a proof's reasons are sentences, whatever it found", () => {
  assert.deepEqual(reasonsOf({ kind: "failed", why: ["a differs", "b differs"] }), ["a differs", "b differs"]);
  assert.deepEqual(reasonsOf({ kind: "unknown", why: "no program", howToLearn: "install it" }), [
    "no program",
    "install it",
  ]);
  assert.deepEqual(reasonsOf({ kind: "sampled", what: "100 of 900 objects" }), ["100 of 900 objects"]);
  assert.deepEqual(reasonsOf({ kind: "proven" }), []);
});
