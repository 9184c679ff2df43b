import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/*
 * restic takes half a second of a processor to derive the key from the password, at each start: that is what keeps guessing slow
 * (restic.readthedocs.io/en/stable/design.html, "Keys, Encryption and MAC", of which the format below is). Tests start it hundreds
 * of times.
 */

interface KeyFile {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly data: string;
}

const quick = { N: 2, r: 8, p: 1 } as const;
/** Of the initialisation vector, and of the code at the end. */
const blockBytes = 16;

/**
 * Replaces the key of a repository in a folder by one for the same password that is derived at once. It opens the same master key:
 * all else is as restic made it.
 */
export function quickenKey(repository: string, password: string): void {
  const keys = join(repository, "keys");
  const [name = "", ...more] = readdirSync(keys);
  if (more.length > 0) throw new Error(`${keys} holds more than one key`);
  const file = JSON.parse(readFileSync(join(keys, name), "utf8")) as KeyFile;
  const master = opened(Buffer.from(file.data, "base64"), derived(password, Buffer.from(file.salt, "base64"), file));
  const salt = randomBytes(64);
  const data = sealed(master, derived(password, salt, quick)).toString("base64");
  const text = JSON.stringify({ ...file, ...quick, salt: salt.toString("base64"), data });
  writeFileSync(join(keys, createHash("sha256").update(text).digest("hex")), text, { mode: 0o600 });
  rmSync(join(keys, name));
}

/** For AES-256, and both halves of that for Poly1305-AES. */
interface Derived {
  readonly cipher: Buffer;
  readonly k: Buffer;
  readonly r: Buffer;
}

function derived(password: string, salt: Buffer, { N, r, p }: Pick<KeyFile, "N" | "r" | "p">): Derived {
  const bytes = scryptSync(password, salt, 64, { N, r, p, maxmem: 256 * 1024 * 1024 });
  return { cipher: bytes.subarray(0, 32), k: bytes.subarray(32, 48), r: bytes.subarray(48) };
}

function opened(data: Buffer, { cipher }: Derived): Buffer {
  const decipher = createDecipheriv("aes-256-ctr", cipher, data.subarray(0, blockBytes));
  const text = Buffer.concat([decipher.update(data.subarray(blockBytes, -blockBytes)), decipher.final()]);
  JSON.parse(text.toString("utf8")); // another password gives no JSON
  return text;
}

function sealed(text: Buffer, key: Derived): Buffer {
  const vector = randomBytes(blockBytes);
  const encipher = createCipheriv("aes-256-ctr", key.cipher, vector);
  const bytes = Buffer.concat([encipher.update(text), encipher.final()]);
  return Buffer.concat([vector, bytes, codeOf(bytes, vector, key)]);
}

/** Poly1305-AES (cr.yp.to/mac/poly1305-20050329.pdf, section 2). */
function codeOf(bytes: Buffer, nonce: Buffer, { k, r }: Derived): Buffer {
  const prime = 2n ** 130n - 5n;
  const clamped = numberOf(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = Buffer.concat([bytes.subarray(at, at + blockBytes), Buffer.from([1])]);
    sum = ((sum + numberOf(block)) * clamped) % prime;
  }
  const encipher = createCipheriv("aes-128-ecb", k, null).setAutoPadding(false);
  const pad = numberOf(Buffer.concat([encipher.update(nonce), encipher.final()]));
  const code = ((sum + pad) % 2n ** 128n).toString(16).padStart(2 * blockBytes, "0");
  return Buffer.from(code, "hex").reverse();
}

/** The lowest byte first. */
function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}
