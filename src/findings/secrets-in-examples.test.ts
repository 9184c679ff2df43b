import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialRules } from "../security/rules.ts";
import { auditExample } from "./examples.ts";

const secretWith = (value: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData:\n  password: ${value}\n`;

async function found(file: string, value: string): Promise<readonly (readonly [string, boolean])[]> {
  const [rule] = credentialRules;
  assert.ok(rule !== undefined);
  const knowledge = { systems: [], judgeMove: () => ({ kind: "legal" }) as const };
  const { findings } = await auditExample({ name: "", files: { [file]: secretWith(value) } }, rule, knowledge);
  return findings.map(({ severity, message }) => [severity, message.includes("Counted low")]);
}

test("a clear password is critical wherever it stands", async () => {
  assert.deepEqual(await found("deploy/db.yaml", "Vq7-Lk29xTz4"), [["critical", false]]);
  assert.deepEqual(await found("docs/db.yaml", "Vq7-Lk29xTz4"), [["critical", false]]);
});

test("a made-up one weighs less in an example only, and the message says why", async () => {
  assert.deepEqual(await found("docs/db.yaml", "minio123"), [["low", true]]);
  assert.deepEqual(await found("deploy/db.yaml", "minio123"), [["critical", false]]);
});
