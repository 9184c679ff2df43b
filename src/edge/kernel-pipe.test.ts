import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, readSync, rmSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { kernelPipe, memoryFolder } from "./kernel-pipe.ts";

/** A file of our own form that is gone after the test: the folder is everybody's. */
function fileOf(context: TestContext): string {
  const file = join(memoryFolder(), `millwright-${randomBytes(16).toString("hex")}`);
  context.after(() => rmSync(file, { force: true }));
  return file;
}

/** As one that was killed leaves it: a name of a pipe that nobody has open. */
function nameOf(context: TestContext, aged: boolean): string {
  const name = fileOf(context);
  execFileSync("mkfifo", [name]);
  const hourAgo = Date.now() / 1000 - 3600;
  if (aged) utimesSync(name, hourAgo, hourAgo);
  return name;
}

test("what is written into a pipe comes out of it", () => {
  const { reader, writer } = kernelPipe();

  writeSync(writer, "through");
  closeSync(writer);

  const read = Buffer.alloc(20);
  assert.equal(read.toString("utf8", 0, readSync(reader, read)), "through");
  assert.equal(readSync(reader, read), 0);
  closeSync(reader);
});

test("the name that one left who was killed goes with the next pipe; another's that is only just being made stays", (context) => {
  const [left, young] = [nameOf(context, true), nameOf(context, false)];
  const file = fileOf(context);
  writeFileSync(file, "no pipe");
  utimesSync(file, 0, 0);

  const { reader, writer } = kernelPipe();
  closeSync(reader);
  closeSync(writer);

  assert.deepEqual([left, young, file].map(existsSync), [false, true, true]);
});
