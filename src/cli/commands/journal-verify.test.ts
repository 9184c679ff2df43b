import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { anchorOf, signerOf } from "../../journal/anchor.ts";
import { chainOf, draftOf, exportOf, numbers } from "../../journal/chain.test-support.ts";
import { millwright } from "../shell.test-support.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-verify-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const signer = signerOf(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString());
const entries = chainOf(numbers(5).map((number) => draftOf(number)));
const [head] = entries.slice(-1);
assert.ok(head);

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}
write("log.jsonl", exportOf(entries));
write("first.jsonl", exportOf(entries.slice(0, 2)));
write("rest.jsonl", exportOf(entries.slice(2)));
write("cut.jsonl", exportOf(entries.slice(0, 3)));
write("anchor.json", JSON.stringify(anchorOf(head, signer), undefined, 2));
write("key.pem", signer.publicKey);

test("an export is verified against a signed anchor with no server and no database", async () => {
  const said = await millwright(folder, [
    "journal",
    "verify",
    "log.jsonl",
    "--anchor",
    "anchor.json",
    "--key",
    "key.pem",
  ]);

  assert.deepEqual([said.code, said.err], [0, ""]);
  assert.match(said.out, /^Whole: 5 entries, head 5:[0-9a-f]{64}\n$/);
});

test("an export in parts is verified as a whole, and a head may be given as text", async () => {
  const said = await millwright(folder, [
    "journal",
    "verify",
    "first.jsonl",
    "rest.jsonl",
    "--anchor",
    `5:${head.hash}`,
  ]);

  assert.equal(said.code, 0);
});

test("a cut tail ends with 2 and names the first entry that is missing", async () => {
  const said = await millwright(folder, ["journal", "verify", "cut.jsonl", "--anchor", "anchor.json", "-o", "json"]);

  assert.equal(said.code, 2);
  assert.partialDeepStrictEqual(JSON.parse(said.out), { kind: "broken", what: "truncated", entry: 4 });
});

test("a file that is not there, or is no anchor, is the user's mistake", async () => {
  const missing = await millwright(folder, ["journal", "verify", "nowhere.jsonl"]);
  const wrong = await millwright(folder, ["journal", "verify", "log.jsonl", "--anchor", "key.pem"]);

  assert.deepEqual([missing.code, missing.err], [1, "millwright: There is no file nowhere.jsonl.\n"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /key\.pem is no anchor/);
});
