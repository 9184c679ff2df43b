import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { lookOfState } from "./look.ts";
import { backupRules } from "./rules.ts";
import type { BackupState } from "./state.ts";

const nothing: BackupState = {
  environment: "production",
  production: true,
  now: "2026-11-20T12:00:00.000Z" as BackupState["now"],
  seenAt: "2026-11-20T12:00:00.000Z" as BackupState["now"],
  unseen: undefined,
  stores: [],
  disposable: [],
  forgotten: [],
  failed: [],
  gone: [],
  check: undefined,
  soundAt: undefined,
  checkEveryHours: 24,
};

function stateOf(text: string): BackupState {
  return { ...nothing, ...(parse(text) as Partial<BackupState>) };
}

for (const rule of backupRules) {
  for (const { name, files } of rule.examples.failing)
    test(`${rule.id} finds: ${name}`, () => {
      const { findings } = lookOfState(stateOf(files["state.yaml"] ?? ""), []);
      assert.deepEqual(
        findings.map((one) => one.rule),
        [rule.id],
      );
    });
  for (const { name, files } of rule.examples.passing)
    test(`${rule.id} does not find: ${name}`, () => {
      assert.deepEqual([...rule.check(stateOf(files["state.yaml"] ?? ""))], []);
    });
}

test("how long damage can have been there before it was found is said", () => {
  const [failing] = backupRules.find(({ id }) => id === "backup-repository-damaged")?.examples.failing ?? [];
  const { findings } = lookOfState(stateOf(failing?.files["state.yaml"] ?? ""), []);
  assert.match(findings[0]?.message ?? "", /at most 24 hours after it was done/);
});

test("a repository that does not answer closes nothing, and is asked about", () => {
  const look = lookOfState({ ...nothing, unseen: "connection refused" }, []);
  assert.deepEqual([...look.ran], ["backup-store-forgotten"]);
  assert.match(look.unknown[0]?.why ?? "", /connection refused/);
});
