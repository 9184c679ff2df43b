import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isQuick, isRandom, isSound, isWhole, opens, quickKeyFrom } from "./quick-key.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-key-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const password = randomBytes(32).toString("hex");
execFileSync("restic", ["--no-cache", "init", "--quiet", "--repo", folder], {
  env: { ...process.env, RESTIC_PASSWORD: password },
});
const [name = ""] = readdirSync(join(folder, "keys"));
const own = { name, text: readFileSync(join(folder, "keys", name), "utf8") };
const made = quickKeyFrom(own.text, password);
if (made === undefined) throw new Error("no quick key came about");

test("a password is random by its form: what openssl and keepers of passwords make is, words and numbers are not", () => {
  for (const random of [
    "5f2b8e0c9d417a63b1e4f08d2c7a956014de83bb7f90a2c6e53d18f4760bac29",
    "5F2B8E0C9D417A63B1E4F08D2C7A956014DE83BB7F90A2C6E53D18F4760BAC29",
    "xkT9v0Qm+3bLr7/ZpWc2aYd81fHsNgJq4uEeRt6oVwU=",
    "xkT9v0Qm-3bLr7_ZpWc2aYd81fHsNgJq4uEeRt6oVwU",
  ])
    assert.ok(isRandom(random), random);
  for (const guessable of [
    "",
    "hunter2",
    "a".repeat(64),
    "0123456789".repeat(7),
    "0123456789abcdef".repeat(4),
    "2718281828459045235360287471352662497757247093699959574966967627724",
    "correct horse battery staple is my favourite of all passwords 2026",
    "CorrectHorseBatteryStapleIsMyFavouritePassword2026",
    "correcthorsebatterystaplecorrecthorsebatterystaple1",
    "5f2b8e0c9d417a63b1e4f08d2c7a9560",
    "xkT9v0Qm+3bLr7/ZpWc2aYd8",
    `${"aB3".repeat(20)}`,
    "5f2b8e0c9d417a63b1e4f08d2c7a956014de83bb7f90a2c6e53d18f4760bac29\n",
    "ä".repeat(64),
  ])
    assert.ok(!isRandom(guessable), guessable);
});

test("a quick key opens by the same password, holds the same master key and is another at each making", () => {
  const again = quickKeyFrom(own.text, password);

  assert.ok(isWhole(own) && isWhole(made) && isSound(made.text));
  assert.deepEqual([isQuick(own.text), isQuick(made.text)], [false, true]);
  assert.ok(opens(own.text, password) && opens(made.text, password));
  assert.notEqual(again?.name, made.name);
  assert.notEqual(JSON.parse(again?.text ?? "{}").salt, JSON.parse(made.text).salt);
  assert.ok(quickKeyFrom(made.text, password) !== undefined);
});

test("another password opens neither, and of a key that it does not open none is made", () => {
  const other = randomBytes(32).toString("hex");

  assert.ok(!opens(own.text, other) && !opens(made.text, other));
  assert.equal(quickKeyFrom(own.text, other), undefined);
});

test("what was changed in any byte of the sealed key is not opened", () => {
  const file = JSON.parse(made.text) as { readonly data: string };
  const data = Buffer.from(file.data, "base64");
  for (let at = 0; at < data.length; at += 1) {
    const changed = Buffer.from(data);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    assert.ok(!opens(JSON.stringify({ ...file, data: changed.toString("base64") }), password), `byte ${at}`);
  }
  assert.ok(!opens(JSON.stringify({ ...file, data: data.subarray(0, 20).toString("base64") }), password));
});

test("the key that restic makes on a machine ten times as fast is one of restic's", () => {
  const file = JSON.parse(own.text) as { readonly p: number };
  assert.ok(isSound(JSON.stringify({ ...file, N: 32_768, r: 8, p: 70 })));
});

test("a hostile key file is never derived from", () => {
  const file = JSON.parse(made.text) as Readonly<Record<string, unknown>>;
  for (const change of [
    { kdf: "argon2" },
    { N: 2 ** 30 },
    { N: 2 ** 20, r: 2 ** 20 },
    { N: 3 },
    { N: 1 },
    { N: 2 ** 17, r: 1 },
    { N: -2 },
    { r: 0 },
    { p: 2 ** 30 },
    { p: 1.5 },
    { salt: "AAAA" },
    { salt: 7 },
    { data: "not base64!" },
    { data: "A".repeat(10_000) },
  ]) {
    const text = JSON.stringify({ ...file, ...change });
    assert.ok(!isSound(text), JSON.stringify(change).slice(0, 80));
    assert.ok(!isQuick(text) && !opens(text, password));
    assert.equal(quickKeyFrom(text, password), undefined);
  }
  for (const text of ["", "{", "null", "[]", "\u0000"]) assert.ok(!isSound(text) && !opens(text, password));
});
