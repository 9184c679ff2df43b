import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { constants, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { InputError } from "../../kernel/errors.ts";
import { unwrap } from "./unwrap.ts";
import { frameByFrame } from "./zstd-frames.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const unpacked = async (packed: Uint8Array, size = 65_536) => all((await unwrap(inPieces(packed, size))).stream);

/** Of several blocks, of bytes that cannot be packed, of one byte repeated, of nothing. */
const texts = [Buffer.from("a\n".repeat(500_000)), randomBytes(300_000), Buffer.alloc(200_000, "x"), Buffer.alloc(0)];
const skipped = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from("any")]);

test("all frames of a file are unpacked, those that are skipped between them, and any size of piece", async () => {
  const { ZSTD_c_checksumFlag: checksum, ZSTD_c_contentSizeFlag: size, ZSTD_c_windowLog: window } = constants;
  const headers = [{}, { [checksum]: 1 }, { [size]: 0, [window]: 10 }, { [checksum]: 1, [size]: 0 }];
  const frames = texts.flatMap((text) => headers.flatMap((params) => [zstdCompressSync(text, { params }), skipped]));
  const whole = Buffer.concat(texts.flatMap((text) => headers.map(() => text)));
  for (const first of [[], [skipped]])
    for (const most of [997, 65_536, 10_000_000])
      assert.ok((await unpacked(Buffer.concat([...first, ...frames]), most)).equals(whole), `${most}`);
});

test("what is cut off within any frame, or followed by what is none, is damaged", async () => {
  const [one, other] = texts.map((text) => zstdCompressSync(text));
  const both = Buffer.concat([one ?? Buffer.of(), other ?? Buffer.of()]);
  const damaged = (thrown: unknown): boolean =>
    thrown instanceof InputError && /the zstd is cut off or damaged/.test(thrown.message);
  for (const cut of [both.length - 1, both.length - 100_000, (one?.length ?? 0) + 2])
    await assert.rejects(unpacked(both.subarray(0, cut)), damaged, `${cut}`);
  await assert.rejects(unpacked(Buffer.concat([both, Buffer.from("behind it")])), damaged);
});

test("any bytes pass unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.boolean(), async (bytes, isFrame) => {
      const given = Buffer.concat([isFrame ? Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) : Buffer.of(), bytes]);
      assert.deepEqual(await all(frameByFrame(inPieces(given, 7))), given);
    }),
  );
});
