import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { oidIn } from "./lfs-pointer.ts";

const oid = `ab12${"c".repeat(60)}`;
const pointer = (...lines: readonly string[]): Buffer =>
  Buffer.from(["version https://git-lfs.github.com/spec/v1", ...lines, ""].join("\n"));
const whole = [`oid sha256:${oid}`, "size 12345"];

test("a pointer names its object, also with extensions, keys that nobody knows, and ends of lines of another system", () => {
  const extension = `ext-0-crypt sha256:${"d".repeat(64)}`;
  const texts = [
    pointer(...whole),
    pointer(extension, ...whole, "x-later 1"),
    Buffer.from(
      pointer(...whole)
        .toString()
        .replaceAll("\n", "\r\n"),
    ),
    pointer(...whole).subarray(0, -1),
  ];
  assert.deepEqual(texts.map(oidIn), [oid, oid, oid, oid]);
});

test("what only looks like a pointer is none", () => {
  const [hash = "", size = ""] = whole;
  const texts = [
    pointer(hash),
    pointer(size),
    pointer(hash, hash, size),
    pointer(hash.toUpperCase(), size),
    pointer(hash, "size -1"),
    pointer(`${hash}0`, size),
    pointer(...whole, "a sentence\tof prose", "Another one"),
    pointer(...whole, `x ${"y".repeat(1024)}`),
    Buffer.from(
      pointer(...whole)
        .toString()
        .replace("spec/v1", "spec/v2"),
    ),
    Buffer.concat([Buffer.from("\n"), pointer(...whole)]),
    Buffer.alloc(0),
  ];
  assert.deepEqual(
    texts.map(oidIn),
    texts.map(() => undefined),
  );
});

test("whatever a file holds, it is a pointer with a whole name or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1100 }), fc.nat(60), (bytes, at) => {
      const spoilt = Buffer.concat([pointer(...whole).subarray(0, at), bytes]);
      assert.match(oidIn(spoilt) ?? oid, /^[0-9a-f]{64}$/);
    }),
  );
});
