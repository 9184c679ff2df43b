import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import { type Receipt, readReceipt, signReceipt } from "./receipt.ts";

const newKey = () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const [key, other] = [newKey(), newKey()];
const receipt: Receipt = {
  backup: "mlflow-database-20261120T030000Z",
  digest: "sha256:0",
  takenAt: "2026-11-20T03:00:00.000Z",
  size: 1,
  provenBy: "p",
  provenAt: "2026-11-20T04:00:00.000Z",
  covers: ["mlflow/database: 7 tables"],
  doesNotCover: ["les modèles"],
  installation: "i",
  environment: "production",
  repository: "r",
};
const line = signReceipt(receipt, key);

test("a receipt is read as it was signed, also where whoever pasted it had its line wrapped", () => {
  const wrapped = line.replace(/.{76}/g, "$&\r\n  ");
  assert.ok(wrapped.length > line.length);
  for (const pasted of [line, `${line}\n`, wrapped, `\t${wrapped} `])
    assert.deepEqual(readReceipt(pasted, [other, key]), receipt);
});

test("a receipt of another key, with a letter changed or left out, or with more behind it, is none", () => {
  const refused = (pasted: string, keys: readonly string[], why: RegExp): void =>
    assert.throws(
      () => readReceipt(pasted, keys),
      (thrown) => thrown instanceof InputError && why.test(thrown.message),
    );

  refused(line, [other], /signed by the key [0-9a-f]{16}, which is not configured/);
  for (const at of [30, 200, line.length - 40]) {
    refused(`${line.slice(0, at)}${line[at] === "A" ? "B" : "A"}${line.slice(at + 1)}`, [key], /signature is wrong/);
    refused(`${line.slice(0, at)}${line.slice(at + 1)}`, [key], /signature is wrong/);
  }
  refused(`${line}.${line}`, [key], /This is no receipt/);
  refused(line.replace(/^[^.]+/, "millwright-drill-1"), [key], /This is no receipt/);
});
