import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { programs } from "./programs.ts";

const chunk = Buffer.alloc(65_536, "x");

test("a program that is stopped has ended, though nobody reads what it printed", { timeout: 20_000 }, async () => {
  const running = programs.start({ program: "yes", args: [] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  running.stop();
  assert.equal((await running.ended).signal, "SIGKILL");
  for await (const _ of running.output);
});

test("what a program is fed from is not broken by a program that reads no further", { timeout: 20_000 }, async () => {
  const seen: string[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield chunk;
    } catch {
      seen.push("broken");
    } finally {
      seen.push("left");
    }
  }
  const running = programs.start({ program: "head", args: ["-c", "1"], input: source() });
  for await (const _ of running.output);
  assert.equal((await running.ended).status, 0);
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(seen, ["left"]);
});

test("bytes that are given as a whole are read from their beginning to their end", async () => {
  const bytes = Buffer.alloc(3_000_001, "manifest ");
  const running = programs.start({ program: "cat", args: [], secret: "s3cret", input: bytes });
  const chunks: Uint8Array[] = [];
  for await (const one of running.output) chunks.push(one);
  assert.equal((await running.ended).status, 0);
  assert.ok(Buffer.concat(chunks).equals(bytes));
});

test("what a program prints goes into a file that nobody else reads; where there is one already nothing is started", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-into-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const into = join(folder, "file");
  const printing = (text: string) => ({ program: "echo", args: [text], secret: "s3cret", into });

  const running = programs.start(printing("first"));
  for await (const _ of running.output) assert.fail("it passed through us");
  assert.equal((await running.ended).status, 0);
  assert.equal(statSync(into).mode & 0o777, 0o600);

  const open = readdirSync("/proc/self/fd").length;
  assert.throws(() => programs.start(printing("second")), /EEXIST/);
  assert.equal(readdirSync("/proc/self/fd").length, open);
  assert.equal(readFileSync(into, "utf8"), "first\n");
});
