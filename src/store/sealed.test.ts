import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import fc from "fast-check";
import { InputError, SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { findPrograms } from "./programs.ts";
import { forgetSecret, keepSecret, readSecret, resealAll, seal, sealingKey, unseal } from "./sealed.ts";
import { openStore } from "./store.ts";
import { testDatabase } from "./test-support.ts";

const now = instantOf(Date.UTC(2026, 10, 20));
const newKey = (id: string) => sealingKey(id, randomBytes(32).toString("base64"));
const one = newKey("one");
const two = newKey("two");
const url = await testDatabase();
const store = openStore({ url, applicationName: "sealed" });
after(() => store.close());

const refusedAs = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof SystemError && thrown.remedy === "stop" && pattern.test(thrown.message);

test("any text comes back as it was, and never the same way twice", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const sealed = seal(text, "place", [one]);
      assert.equal(unseal(sealed, "place", [two, one]), Buffer.from(text).toString());
      assert.notEqual(seal(text, "place", [one]), sealed);
    }),
    { numRuns: 200 },
  );
});

test("a sealed text opens neither in another place, nor changed, nor without its key", () => {
  const sealed = seal("canary", "webhook/gitlab", [one]);
  assert.throws(() => unseal(sealed, "webhook/github", [one]), refusedAs(/does not open/));
  assert.throws(() => unseal(sealed, "webhook/gitlab", [two]), refusedAs(/key "one", which is not among two/));
  assert.throws(() => unseal(sealed, "webhook/gitlab", [{ ...two, id: "one" }]), refusedAs(/another one of that name/));
  const bytes = Buffer.from(sealed.slice(7), "base64");
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(
      () => unseal(`v1:one:${changed.toString("base64")}`, "webhook/gitlab", [one]),
      refusedAs(/does not open/),
    );
  }
  for (const broken of ["", "v1:one:", "v1:one:AAAA", "v2:one:AAAA", sealed.slice(0, -9)])
    assert.throws(() => unseal(broken, "webhook/gitlab", [one]), SystemError);
});

test("a key of the wrong length is refused without being shown", () => {
  assert.throws(
    () => sealingKey("one", "Y2FuYXJ5"),
    (thrown) =>
      thrown instanceof InputError && /6 bytes, not 32/.test(thrown.message) && !thrown.message.includes("Y2Fu"),
  );
});

test("secrets are kept, replaced and forgotten by name", async () => {
  await keepSecret(store, "hook", "first", [one], now);
  await keepSecret(store, "hook", "second", [one], now);
  assert.equal(await readSecret(store, "hook", [one]), "second");
  assert.equal(await readSecret(store, "other", [one]), undefined);
  assert.equal(await forgetSecret(store, "hook"), true);
  assert.equal(await forgetSecret(store, "hook"), false);
});

test("after a change of keys the old one is not needed any more", async () => {
  await keepSecret(store, "a", "text of a", [one], now);
  await keepSecret(store, "b", "text of b", [two], now);

  assert.equal(await resealAll(store, [two, one], now), 1);

  assert.equal(await readSecret(store, "a", [two]), "text of a");
  assert.equal(await resealAll(store, [two], now), 0);
});

test("a dump of the database holds no secret in clear", async () => {
  await keepSecret(store, "dumped", "canary-4711", [one], now);
  const [programs] = findPrograms("");
  const { stdout, status } = spawnSync(`${programs?.folder}/pg_dump`, ["--dbname", url], { encoding: "utf8" });
  assert.equal(status, 0);
  assert.ok(stdout.includes("dumped"));
  assert.ok(!stdout.includes("canary"));
  assert.ok(!stdout.includes(Buffer.from("canary-4711").toString("base64").slice(0, 12)));
});
