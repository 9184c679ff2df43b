import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { openKeys } from "./key-files.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-keys-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const keys = join(folder, "keys");
const [older, newer, written] = ["a", "b", "c"].map((letter) => letter.repeat(64)) as [string, string, string];

test("a folder without keys has none, and gets none", async () => {
  assert.deepEqual(await openKeys(folder).list(), []);
  await assert.rejects(openKeys(folder).write(written, Buffer.from("key")), SystemError);
});

test("keys are listed the newest first, and nothing that is named otherwise", async () => {
  mkdirSync(keys);
  for (const name of [older, newer, "A".repeat(64), "readme", `${older}-tmp-1`]) writeFileSync(join(keys, name), name);
  utimesSync(join(keys, older), 1000, 1000);

  assert.deepEqual(await openKeys(folder).list(), [newer, older]);
  assert.equal(Buffer.from((await openKeys(folder).read(older)) ?? []).toString(), older);
  assert.equal(await openKeys(folder).read(written), undefined);
});

test("a key is written as the others are, once, and nothing else is left", async () => {
  chmodSync(join(keys, newer), 0o440);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(join(keys, newer), 1234, 1235);
  const before = readdirSync(keys).length;

  await openKeys(folder).write(written, Buffer.from("key"));
  await openKeys(folder).write(written, Buffer.from("another"));

  const { mode, uid, gid } = statSync(join(keys, written));
  assert.equal(readFileSync(join(keys, written), "utf8"), "key");
  assert.equal(mode & 0o777, 0o440);
  if (isRoot) assert.deepEqual([uid, gid], [1234, 1235]);
  assert.equal(readdirSync(keys).length, before + 1);
});

test("what is no file, or longer than a key, is refused and not waited for", async () => {
  const [pipe, long] = ["d".repeat(64), "e".repeat(64)];
  execFileSync("mkfifo", [join(keys, pipe)]);
  writeFileSync(join(keys, long), Buffer.alloc(70_000));
  for (const name of [pipe, long])
    await assert.rejects(
      openKeys(folder).read(name),
      (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /no key file/.test(thrown.message),
    );
});
