import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../kernel/errors.ts";
import { tarEnd, tarHeader, tarPadding } from "../kinds/objects/tar-writer.ts";
import { leavesFolder, tarEntries } from "./tar-reader.ts";

const dir = mkdtempSync(join(tmpdir(), "millwright-tar-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const long = `${"deep/".repeat(40)}${"n".repeat(120)}`;
mkdirSync(join(dir, "deep/".repeat(40)), { recursive: true });
writeFileSync(join(dir, long), "long name");
writeFileSync(join(dir, "empty"), "");
writeFileSync(join(dir, "thousand"), "x".repeat(1000));

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function tarOf(format: string): Buffer {
  return execFileSync("tar", ["-C", dir, `--format=${format}`, "-cf", "-", "thousand", "empty", long]);
}

test("GNU's and POSIX's tars are read, long names and all, whatever the reader takes of a file", async () => {
  for (const format of ["gnu", "pax"]) {
    for (const size of [100, 512, 100_000]) {
      const found: string[] = [];
      for await (const entry of tarEntries(inPieces(tarOf(format), size))) {
        let first = "";
        for await (const piece of entry.content) {
          first = Buffer.from(piece).toString().slice(0, 9);
          break;
        }
        found.push(`${entry.name} ${entry.size} ${first}`);
      }
      assert.deepEqual(found, ["thousand 1000 xxxxxxxxx", "empty 0 ", `${long} 9 long name`], `${format} ${size}`);
    }
  }
});

test("a name that looks like what a tar says of a file is a name, whoever wrote the tar", async () => {
  const names = ["ü\n10 size=1\n", "é\nsecond line", `${"n".repeat(120)}=\n20 path=/etc/passwd\n`];
  const odd = mkdtempSync(join(dir, "odd-"));
  for (const name of names) writeFileSync(join(odd, name.replaceAll("/", ":")), "x".repeat(600));
  const read = async (bytes: Uint8Array): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { name, size } of tarEntries(inPieces(bytes, 512))) found.push(`${name} ${size}`);
    return found;
  };

  const ours = names.flatMap((name) => [tarHeader(name, 600, 1), Buffer.alloc(600, "x"), tarPadding(600)]);
  assert.deepEqual(
    await read(Buffer.concat([...ours, tarEnd])),
    names.map((name) => `${name} 600`),
  );
  const local = names.map((name) => name.replaceAll("/", ":"));
  const theirs = execFileSync("tar", ["-C", odd, "--format=pax", "-cf", "-", "--", ...local]);
  assert.deepEqual(
    await read(theirs),
    local.map((name) => `${name} 600`),
  );
});

test("records that are none end in damage, also where one would lead back to itself", async () => {
  for (const said of ["8 a=bcd\n0 size=5\n", "8 a=bcd\n3 size=5\n", "8 a=bcd\n99 size=5\n", "size=5\n"]) {
    const whole = Buffer.from(tarHeader("é", 1, 1));
    const records = Buffer.alloc(512, "\n");
    records.write(said);
    records.copy(whole, 512);
    const reading = (async () => {
      for await (const _ of tarEntries(inPieces(whole, 512)));
    })();
    await assert.rejects(reading, /is no record/, said);
  }
});

test("what stands behind a file with holes, and behind a link to far away, is read", async () => {
  const holes = openSync(join(dir, "holes"), "w");
  for (let index = 1; index < 60; index += 1) writeSync(holes, "x", index * 100_000);
  closeSync(holes);
  const link = "l".repeat(120);
  symlinkSync("t".repeat(150), join(dir, link));
  const args = ["-C", dir, "--format=gnu", "--sparse", "-cf", "-", "holes", link, "thousand"];
  const found: string[] = [];
  for await (const { name, kind, size } of tarEntries(inPieces(execFileSync("tar", args), 700)))
    found.push(`${kind} ${name} ${kind === "file" ? size : ""}`);
  assert.deepEqual(found, ["other holes ", `link ${link} `, "file thousand 1000"]);
});

test("a tar that ends early or is damaged says so", async () => {
  const whole = tarOf("gnu");
  const read = async (bytes: Uint8Array): Promise<void> => {
    for await (const { content } of tarEntries(inPieces(bytes, 512))) for await (const _ of content);
  };
  await assert.rejects(read(whole.subarray(0, 900)), /ends within a file: \d+ bytes/);
  await assert.rejects(read(whole.subarray(0, 512 * 3 + 100)), /ends within a header/);
  await assert.rejects(read(whole.subarray(0, 512 * 3)), /has no end/);
  const emptied = Buffer.from(whole).fill(0, 512 * 3, 512 * 4);
  await assert.rejects(read(emptied), /an empty block stands in it/);
  const flipped = Buffer.from(whole);
  flipped[3] = (flipped[3] ?? 0) ^ 1;
  await assert.rejects(read(flipped), /checksum/);
});

test("a reader that stops, and a tar that is damaged, end its source; what stands behind its end is left to whoever gave it", async () => {
  const whole = tarOf("gnu");
  const read = async (bytes: Uint8Array, most = Infinity): Promise<readonly [ends: number, behind: number]> => {
    let ends = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inPieces(bytes, 512);
      } finally {
        ends += 1;
      }
    }
    const stream = source();
    let entries = 0;
    try {
      for await (const _ of tarEntries(stream)) if (++entries === most) break;
    } catch (thrown) {
      assert.ok(thrown instanceof InputError);
    }
    const endsThen = ends;
    let behind = 0;
    for await (const chunk of stream) behind += chunk.length;
    return [endsThen, behind];
  };
  const flipped = Buffer.from(whole);
  flipped[3] = (flipped[3] ?? 0) ^ 1;

  assert.deepEqual(await read(whole, 1), [1, 0]);
  assert.deepEqual(await read(flipped), [1, 0]);
  const [ends, behind] = await read(Buffer.concat([whole, Buffer.from("behind")]));
  assert.equal(ends, 0);
  assert.ok(behind > 6);
});

test("any bytes end in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 600 }), async (bytes, size) => {
      try {
        for await (const { content } of tarEntries(inPieces(bytes, size))) for await (const _ of content);
      } catch (thrown) {
        assert.ok(thrown instanceof InputError);
      }
    }),
  );
});

test("a path that leaves its folder is known", () => {
  assert.deepEqual(["/etc/passwd", "../x", "a/../../x"].map(leavesFolder), [true, true, true]);
  assert.deepEqual(["a/b", "..a", "./a..b"].map(leavesFolder), [false, false, false]);
});
