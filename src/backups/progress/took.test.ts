import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { catalogueOf } from "../repository/catalogue.ts";
import type { Repository, StoredSnapshot } from "../repository/restic.ts";
import { type Tagged, tagsOf } from "../repository/tags.ts";
import { lastBackup, timedBackups, turnOf } from "./took.ts";

const store = "mlflow/database";
const whose = { installation: "acme", environment: "production", kind: "postgresql", parts: 0, digest: "d" } as const;

let made = 0;

function stored(tagged: Partial<Tagged> & Pick<Tagged, "part" | "backup">): StoredSnapshot {
  const tags = [...tagsOf({ ...whose, store, ...tagged })];
  return { id: `snapshot-${(made += 1)}`, time: "2026-11-20T09:00:00Z", tags, tree: "", paths: ["/pack"] };
}

/** A backup of a day of November. */
function backedUp(day: number, bytes: number, millis: number | undefined): StoredSnapshot {
  const takenAt = `2026-11-${day}T09:00:00.000Z` as Instant;
  return stored({ part: "seal", backup: `backup-${day}`, takenAt, bytes, millis });
}

function proven(day: number, millis: number): StoredSnapshot {
  const provenAt = `2026-11-${day}T10:00:00.000Z` as Instant;
  return stored({ part: "proof", backup: `backup-${day}`, verdict: "proven", provenAt, millis });
}

test("the next backup is expected to take what the newest one did, and the time of the newest that says one", () => {
  const catalogue = catalogueOf([backedUp(18, 100, 7000), backedUp(20, 300, undefined), backedUp(19, 200, 9000)]);
  assert.deepEqual(lastBackup(catalogue, store), { bytes: 300, millis: 9000 });
  assert.deepEqual(lastBackup(catalogue, "gitlab/objects"), { bytes: undefined, millis: undefined });
});

test("how many bytes a backup stores that takes over what earlier ones did is not guessed; how long it takes is", () => {
  const pack = stored({ part: "pack", backup: "backup-20" });
  const catalogue = catalogueOf([backedUp(20, 300, 9000), pack]);
  assert.deepEqual(lastBackup(catalogue, store), { bytes: undefined, millis: 9000 });
});

test("a backup's turn takes as long as the last backup, any other as long as the last proof", () => {
  const { backups } = catalogueOf([backedUp(20, 300, 9000), proven(20, 4000)]);
  assert.deepEqual(turnOf("backups", store, backups), { what: "backups", store, millis: 9000 });
  for (const what of ["proofs", "restores", "stores"] as const)
    assert.deepEqual(turnOf(what, store, backups), { what, store, millis: 4000 });
});

test("what took less than no time, by a clock that was set back, or longer than anything does, is no time that is known", () => {
  for (const millis of [-9000, 1e300]) {
    const { backups } = catalogueOf([backedUp(20, 300, millis), proven(20, millis)]);
    assert.equal(turnOf("backups", store, backups).millis, undefined);
    assert.equal(turnOf("proofs", store, backups).millis, undefined);
  }
});

test("of a repository that cannot be asked no time is known; a fault of ours is no such thing", async () => {
  const { signal } = new AbortController();
  const asking = (thrown: Error): Repository => ({ snapshots: () => Promise.reject(thrown) }) as unknown as Repository;
  assert.deepEqual(await timedBackups(asking(new InputError("wrong password")), signal), []);
  assert.deepEqual(await timedBackups(asking(new SystemError("it does not answer", "retry")), signal), []);
  await assert.rejects(timedBackups(asking(new Error("ours")), signal), /ours/);
});
