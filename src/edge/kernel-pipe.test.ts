import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, readSync, rmSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { kernelPipe, memoryFolder } from "./kernel-pipe.ts";

/** As one that was killed leaves it: a name of a pipe that nobody has open. */
function nameOf(context: TestContext, letters: string, aged: boolean): string {
  const name = join(memoryFolder(), `millwright-${letters.repeat(16)}`);
  context.after(() => rmSync(name, { force: true }));
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
  const [left, young] = [nameOf(context, "0a", true), nameOf(context, "0b", false)];
  const file = join(memoryFolder(), `millwright-${"0c".repeat(16)}`);
  context.after(() => rmSync(file, { force: true }));
  writeFileSync(file, "no pipe");
  utimesSync(file, 0, 0);

  const { reader, writer } = kernelPipe();
  closeSync(reader);
  closeSync(writer);

  assert.deepEqual([left, young, file].map(existsSync), [false, true, true]);
});
