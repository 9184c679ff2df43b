import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../kernel/errors.ts";
import { anchorOf, signerOf } from "./anchor.ts";
import { canonicalJson } from "./canonical.ts";
import { chainOf, draftOf, exportOf, numbers } from "./chain.test-support.ts";
import { type HashedEntry, hashOf } from "./entry.ts";
import { verifyJournal } from "./verify.ts";

function newSigner() {
  return signerOf(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}

const signer = newSigner();
const entries = chainOf(numbers(20).map((number) => draftOf(number)));
const text = exportOf(entries);

function anchorAt(sequence: number) {
  const entry = entries[sequence - 1];
  assert.ok(entry);
  return { name: `anchor ${sequence}`, anchor: anchorOf(entry, signer) };
}

/** The entries from `first` on, changed there and hashed anew with all that follows, as an operator with the database could. */
function rewrittenFrom(first: number): readonly HashedEntry[] {
  return chainOf(numbers(20).map((number) => draftOf(number, number === first ? { task: "Something else" } : {})));
}

function foundIn(changed: string, anchors = [anchorAt(20)], key: string | undefined = signer.publicKey) {
  const verdict = verifyJournal(changed, anchors, key);
  return verdict.kind === "broken" ? `${verdict.what} ${verdict.entry}` : "whole";
}

test("an untouched export is whole, and says where it ends", () => {
  const verdict = verifyJournal(text, [anchorAt(20)], signer.publicKey);

  assert.deepEqual(verdict, { kind: "whole", entries: 20, head: { sequence: 20, hash: entries[19]?.hash }, notes: [] });
});

test("an empty log is whole", () => {
  assert.equal(verifyJournal("", [], undefined).kind, "whole");
});

test("a changed entry is found and named", () => {
  assert.equal(foundIn(text.replace("Change 7", "Change X")), "changed 7");
});

test("a changed entry with a hash that fits it is found by the entry after it", () => {
  const lines = text.split("\n");
  const value = { ...JSON.parse(lines[6] ?? ""), task: "Something else" };
  lines[6] = canonicalJson({ ...value, hash: hashOf(value) });

  assert.equal(foundIn(lines.join("\n")), "unlinked 8");
});

test("a removed middle is found", () => {
  assert.equal(foundIn(exportOf(entries.filter(({ sequence }) => sequence < 5 || sequence > 8))), "removed 5");
});

test("a removed beginning is found", () => {
  assert.equal(foundIn(exportOf(entries.slice(3))), "removed 1");
});

test("swapped entries are found", () => {
  const swapped = [...entries.slice(0, 9), ...entries.slice(10, 11), ...entries.slice(9, 10), ...entries.slice(11)];

  assert.equal(foundIn(exportOf(swapped)), "reordered 10");
});

test("a repeated entry is found", () => {
  assert.equal(foundIn(exportOf([...entries.slice(0, 4), ...entries.slice(3)])), "repeated 5");
});

test("a cut tail is found by the anchor, and by nothing else", () => {
  assert.equal(foundIn(exportOf(entries.slice(0, 15))), "truncated 16");
  assert.equal(foundIn(exportOf(entries.slice(0, 15)), []), "whole");
});

test("a tail that was written anew is found by the anchor; several anchors say where it begins", () => {
  const rewritten = exportOf(rewrittenFrom(12));

  assert.equal(foundIn(rewritten), "rewritten 1");
  assert.equal(foundIn(rewritten, [anchorAt(20), anchorAt(10), anchorAt(5)]), "rewritten 11");
  assert.equal(foundIn(rewritten, []), "whole");
});

test("without an anchor, or with entries newer than it, the verdict says what it does not prove", () => {
  const bare = verifyJournal(text, [], undefined);
  const older = verifyJournal(text, [anchorAt(5)], undefined);

  assert.match(bare.kind === "whole" ? bare.notes.join() : "", /no anchor was given/);
  assert.match(
    older.kind === "whole" ? older.notes.join() : "",
    /entries 6 to 20 are newer.*signatures were not checked/s,
  );
});

test("an anchor of another key, an unsigned one and a changed one are refused", () => {
  const [given] = [anchorAt(20)];
  const other = { ...given, anchor: anchorOf({ sequence: 20, hash: entries[19]?.hash ?? "" }, newSigner()) };
  const unsigned = { ...given, anchor: anchorOf({ sequence: 20, hash: entries[19]?.hash ?? "" }, undefined) };
  const changed = { ...given, anchor: { ...given.anchor, sequence: 19, hash: entries[18]?.hash ?? "" } };

  assert.equal(foundIn(text, [other]), "wrong-key 20");
  assert.equal(foundIn(text, [unsigned]), "wrong-key 20");
  assert.equal(foundIn(text, [changed]), "wrong-signature 19");
});

test("a key of another kind, or none, is refused with what would be right", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs8", format: "pem" });
  const refusal = (thrown: unknown): boolean => thrown instanceof InputError && /Ed25519/.test(thrown.message);

  assert.throws(() => signerOf(rsa.toString()), refusal);
  assert.throws(() => signerOf("not a key"), refusal);
  assert.throws(() => verifyJournal(text, [anchorAt(20)], "not a key"), refusal);
});

test("no sign of an export can be changed, taken out or put in without being found", () => {
  const anchors = [anchorAt(20)];
  fc.assert(
    fc.property(
      fc.nat(text.length - 2),
      fc.constantFrom("change", "remove", "insert"),
      fc.constantFrom("a", "0", " ", "\n", '"', "}", "\u00e9"),
      (at, how, sign) => {
        const rest = text.slice(how === "insert" ? at : at + 1);
        const changed = text.slice(0, at) + (how === "remove" ? "" : sign) + rest;
        fc.pre(changed !== text);
        assert.notEqual(verifyJournal(changed, anchors, signer.publicKey).kind, "whole");
      },
    ),
    { numRuns: 300 },
  );
});

test("no selection or order of lines but the right one passes", () => {
  const lines = entries.map((entry) => exportOf([entry]));
  fc.assert(
    fc.property(fc.array(fc.nat(19), { maxLength: 24 }), (picked) => {
      const kept = picked.map((index) => lines[index] ?? "").join("");
      fc.pre(kept !== text);
      assert.notEqual(verifyJournal(kept, [anchorAt(20)], signer.publicKey).kind, "whole");
    }),
    { numRuns: 200 },
  );
});

test("wherever the tail is written anew, an anchor from before or after finds it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (first, anchored) => {
      const verdict = foundIn(exportOf(rewrittenFrom(first)), [anchorAt(anchored)]);
      assert.equal(verdict, anchored < first ? "whole" : "rewritten 1");
    }),
  );
});

test("canonical JSON is the same text however the value was made, and reads back as the value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const once = canonicalJson(value);
      const read: unknown = JSON.parse(once);
      assert.equal(canonicalJson(read), once);
      assert.deepEqual(read, JSON.parse(JSON.stringify(value)));
    }),
  );
  assert.equal(canonicalJson({ b: 1, a: { d: undefined, c: [1, "x"] } }), '{"a":{"c":[1,"x"]},"b":1}');
  assert.throws(() => canonicalJson({ a: Number.NaN }), /no place in JSON/);
});
