import assert from "node:assert/strict";
import { test } from "node:test";
import { candidateOf } from "../schedule/prune.ts";
import { catalogueOf } from "./catalogue.ts";
import type { StoredSnapshot } from "./restic.ts";
import { type Tagged, tagsOf } from "./tags.ts";

const sealed = {
  part: "seal",
  store: "mlflow/database",
  installation: "acme",
  environment: "production",
  kind: "postgresql",
  bytes: 1,
  parts: 0,
  digest: "d",
} as const;

function stored(tagged: Partial<Tagged> & { readonly backup: string }, more: readonly string[] = []): StoredSnapshot {
  const tags = [...tagsOf({ ...sealed, ...tagged }), ...more];
  return { id: tagged.backup, time: "2026-11-20T09:00:00Z", tags, tree: "", paths: [] };
}

test("a seal whose moment or sizes are none is no backup, and stands in the way of no other", () => {
  const bare = { bytes: undefined, parts: undefined };
  const { backups, debris } = catalogueOf([
    stored({ backup: "good-1" }, ["takenAt:2026-11-20T09:00:00Z"]),
    stored({ backup: "moment-2" }, ["takenAt:soon"]),
    stored({ backup: "bytes-3", ...bare }, ["takenAt:2026-11-20T09:00:00Z", "bytes:many", "parts:0"]),
    stored({ backup: "parts-4", ...bare }, ["takenAt:2026-11-20T09:00:00Z", "bytes:1", "parts:some"]),
  ]);

  assert.deepEqual(
    backups.map(({ id }) => id),
    ["good-1"],
  );
  assert.equal(debris.length, 3);
  for (const backup of backups) assert.equal(candidateOf(backup, undefined).receiptUntil, "2026-11-21T09:00:00.000Z");
});

test("a proof whose moment is none counts as none", () => {
  const taken = stored({ backup: "good-1" }, ["takenAt:2026-11-20T09:00:00Z"]);
  const proof = (at: string): StoredSnapshot =>
    stored({ backup: "good-1", part: "proof", verdict: "proven" }, [`provenAt:${at}`]);

  const [backup] = catalogueOf([taken, proof("2026-11-20T10:00:00Z"), proof("then")]).backups;

  assert.deepEqual(
    backup?.proofs.map(({ provenAt }) => provenAt),
    ["2026-11-20T10:00:00.000Z"],
  );
});
