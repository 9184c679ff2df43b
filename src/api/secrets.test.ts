import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import type { JournalDraft } from "../platform/record.ts";
import { keepSecret, sealingKey } from "../store/sealed.ts";
import { testStore } from "../store/test-support.ts";
import { storedSecrets } from "./secret-sources.ts";
import { auditedSecrets } from "./secret-uses.ts";
import { testNow } from "./test-support.ts";

const canary = "canary-of-a-secret";

test("each use of a secret is in the journal by its place and purpose, once an hour, and never by its value", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const recorded: JournalDraft[] = [];
  const at = { millis: Date.parse(testNow) };
  const use = auditedSecrets(async () => canary, {
    store,
    clock: { now: () => instantOf(at.millis) },
    record: async (_, draft) => void recorded.push(draft),
  });
  const ref = { kind: "env", name: "TOKEN" } as const;
  for (const purpose of ["mail", "mail", "login"]) assert.equal(await use(ref, purpose), canary);
  at.millis += 3_600_000;
  await use(ref, "mail");
  assert.deepEqual(
    recorded.map(({ evidence }) => evidence),
    ["mail", "login", "mail"].map((purpose) => ({ place: "env:TOKEN", purpose })),
  );
  assert.doesNotMatch(JSON.stringify(recorded), /canary/);
});

test("a secret of the database opens with the key that stands outside of it", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const key = Buffer.alloc(32, 7).toString("base64");
  const outside = async (): Promise<string> => key;
  const sealing = [{ id: "first", key: { kind: "env", name: "KEY" } as const }];
  await keepSecret(store, "mail", canary, [sealingKey("first", key)], testNow);

  assert.equal(await storedSecrets({ store, sealing }, outside)("mail"), canary);
  assert.equal(await storedSecrets({ store, sealing }, outside)("none"), undefined);
  const refused = async (work: Promise<unknown>, words: RegExp): Promise<void> =>
    assert.rejects(work, (thrown: unknown) => thrown instanceof InputError && words.test(thrown.message));
  await refused(storedSecrets({ store, sealing: [] }, outside)("mail"), /sealing/);
  await refused(storedSecrets(undefined, outside)("mail"), /store:mail cannot be had/);
});
