import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import type { JournalDraft } from "../platform/record.ts";
import { keepSecret, sealingKey } from "../store/sealed.ts";
import { testStore } from "../store/test-support.ts";
import { resolveSecret } from "./resolve-secret.ts";
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
    ["mail", "login", "mail"].map((purpose) => ({ secret: "env:TOKEN", purpose })),
  );
  assert.doesNotMatch(JSON.stringify(recorded), /canary/);
});

test("a secret is read where it is kept; what is wrong names the place and never the value", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-secret-"));
  const store = await testStore();
  t.after(() => rmSync(folder, { recursive: true }));
  t.after(() => store.close());
  const path = join(folder, "secret");
  writeFileSync(path, `${canary}\n`, { mode: 0o600 });
  const key = Buffer.alloc(32, 7).toString("base64");
  const sealing = [{ id: "first", key: { kind: "env", name: "KEY" } as const }];
  await keepSecret(store, "mail", canary, [sealingKey("first", key)], testNow);
  const variables = { TOKEN: canary, KEY: key, EMPTY: "" };

  assert.equal(await resolveSecret({ kind: "env", name: "TOKEN" }, variables, undefined), canary);
  assert.equal(await resolveSecret({ kind: "file", path }, variables, undefined), canary);
  assert.equal(await resolveSecret({ kind: "store", name: "mail" }, variables, { store, sealing }), canary);

  const refused = async (work: Promise<string>, words: RegExp): Promise<void> => {
    await assert.rejects(
      work,
      (thrown: unknown) => thrown instanceof InputError && words.test(thrown.message) && !/canary/.test(thrown.message),
    );
  };
  await refused(resolveSecret({ kind: "env", name: "EMPTY" }, variables, undefined), /env:EMPTY.*not set/);
  await refused(resolveSecret({ kind: "file", path: join(folder, "none") }, variables, undefined), /cannot be had/);
  await refused(resolveSecret({ kind: "store", name: "none" }, variables, { store, sealing }), /nothing of that name/);
  await refused(resolveSecret({ kind: "store", name: "mail" }, variables, { store, sealing: [] }), /sealing/);
  chmodSync(path, 0o604);
  await refused(resolveSecret({ kind: "file", path }, variables, undefined), /chmod o-r/);
});
