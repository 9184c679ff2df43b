import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../../kernel/instant.ts";
import { Backups } from "../../platform/server-backups.ts";
import type { BackupsBinding } from "./config.ts";
import { receiptGate } from "./gate.ts";

/** `named` as the step that shows the receipts gave it; undefined where a run has no such step. */
function asked(environment: object, need: { component?: string; stores: string[] }, named?: readonly unknown[]) {
  const declared = { environment: "production", repository: "/srv/backups", key: "env:KEY", ...environment };
  const backups = Backups.parse({ environments: [declared] });
  const binding = { config: () => backups } as unknown as BackupsBinding;
  const signal = new AbortController().signal;
  const now = () => instantOf(0);
  return receiptGate(binding)({ environment: "production", need, named, run: "run-1", now, signal });
}

test("where nothing is backed up and nothing is declared disposable, there is no receipt", async () => {
  for (const need of [{ stores: [] }, { component: "mlflow", stores: [] }, { stores: ["mlflow/database"] }]) {
    const answer = await asked({}, need);
    assert.ok(answer.kind === "refused", JSON.stringify(answer));
    assert.match(answer.why, /^No receipt, no change: /);
  }
});

test("a store that was declared after somebody agreed was not shown, also when there was nothing to show then", async () => {
  const disposable = [{ component: "mlflow", store: "cache", why: "it fills itself" }];
  for (const need of [{ stores: [] }, { component: "mlflow", stores: [] }]) {
    const agreed = await asked({ disposable }, need);
    assert.ok(agreed.kind === "fresh", JSON.stringify(agreed));
    assert.deepEqual(agreed.receipts, []);
    const same = await asked({ disposable }, need, agreed.receipts);
    assert.equal(same.kind, "fresh");

    const stores = [{ component: "mlflow", kind: "postgresql", url: "env:URL" }];
    const later = await asked({ disposable, stores }, need, agreed.receipts);

    assert.ok(later.kind === "refused", JSON.stringify(later));
    assert.match(later.why, /mlflow\/database: no receipt of it was shown when this was agreed to/);
  }
});
