import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../../kernel/instant.ts";
import { Backups } from "../../platform/server-backups.ts";
import type { BackupsBinding } from "./config.ts";
import { askForReceipts } from "./receipts.ts";

function asked(environment: object, need: { component?: string; stores: string[] }) {
  const declared = { environment: "production", repository: "/srv/backups", key: "env:KEY", ...environment };
  const backups = Backups.parse({ environments: [declared] });
  const binding = { config: () => backups } as unknown as BackupsBinding;
  const signal = new AbortController().signal;
  const now = () => instantOf(0);
  return askForReceipts(binding, { environment: "production", need, named: [], run: "run-1", now, signal });
}

test("where nothing is backed up and nothing is declared disposable, there is no receipt", async () => {
  for (const need of [{ stores: [] }, { component: "mlflow", stores: [] }, { stores: ["mlflow/database"] }]) {
    const answer = await asked({}, need);
    assert.ok(answer.kind === "refused", JSON.stringify(answer));
    assert.match(answer.why, /^No receipt, no change: /);
  }
});
