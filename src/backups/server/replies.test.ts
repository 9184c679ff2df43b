import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../../kernel/instant.ts";
import type { KnownBackup } from "./read.ts";
import { backupReply } from "./replies.ts";

const at = instantOf(Date.UTC(2026, 10, 20, 9));

function known(verdict: string, gone_at: typeof at | null = null): KnownBackup {
  const row = { id: "a", store: "mlflow/database", taken_at: at, gone_at, mark: null, removed_by: null };
  return { row, told: { verdict, provenAt: at, snapshot: "b" }, proofs: [] } as unknown as KnownBackup;
}

test("a proven backup says until when its receipt is worth something, by the configured hours", () => {
  assert.equal(backupReply(known("proven"), 24).receiptUntil, "2026-11-21T09:00:00.000Z");
  assert.equal(backupReply(known("proven"), 72).receiptUntil, "2026-11-23T09:00:00.000Z");
});

test("one that is gone, whose proof failed or that was proven by samples alone has no receipt", () => {
  const replies = [known("proven", at), known("failed"), known("sampled")].map((one) => backupReply(one, 720));

  assert.deepEqual(
    replies.map(({ receiptUntil, verdict }) => [receiptUntil, verdict]),
    [
      [null, "proven"],
      [null, "failed"],
      [null, "sampled"],
    ],
  );
});
