import { createCipheriv, createDecipheriv, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/*
 * How restic wraps the master key by a password (restic.readthedocs.io/en/stable/design.html, "Keys, Encryption and MAC"): scrypt
 * gives a key for AES-256 in counter mode, and both halves of one for Poly1305-AES; sealed is IV, ciphertext, code.
 */

/** What scrypt costs. */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

interface Derived {
  readonly cipher: Buffer;
  readonly k: Buffer;
  readonly r: Buffer;
}

/** Of the initialisation vector, and of the code at the end. */
const blockBytes = 16;
const mostMemory = 160 * 1024 * 1024;

/**
 * Whether deriving takes no more than 128 MB, and some seconds: restic measures its own cost at half a second and 60 MB, at whichever
 * machine made the key. One of ten times the speed of those of 2024 is still within.
 */
export function isBounded({ N, r, p }: Cost): boolean {
  const isScrypt = N > 1 && Number.isInteger(Math.log2(N)) && Math.log2(N) < 16 * r && r > 0 && p > 0;
  return isScrypt && r <= 64 && p <= 256 && N * r <= 2 ** 20 && N * r * p <= 2 ** 25;
}

/** What was sealed by the password; undefined: by another, or it is damaged. The cost must be bounded. */
export function unsealed(sealed: Buffer, password: string, salt: Buffer, cost: Cost): Buffer | undefined {
  if (sealed.length < 2 * blockBytes) return undefined;
  const key = derived(password, salt, cost);
  const vector = sealed.subarray(0, blockBytes);
  const bytes = sealed.subarray(blockBytes, -blockBytes);
  if (!timingSafeEqual(codeOf(bytes, vector, key), sealed.subarray(-blockBytes))) return undefined;
  const decipher = createDecipheriv("aes-256-ctr", key.cipher, vector);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

export function sealedBy(password: string, text: Buffer, salt: Buffer, cost: Cost): Buffer {
  const key = derived(password, salt, cost);
  const vector = randomBytes(blockBytes);
  const encipher = createCipheriv("aes-256-ctr", key.cipher, vector);
  const bytes = Buffer.concat([encipher.update(text), encipher.final()]);
  return Buffer.concat([vector, bytes, codeOf(bytes, vector, key)]);
}

function derived(password: string, salt: Buffer, { N, r, p }: Cost): Derived {
  const bytes = scryptSync(password, salt, 64, { N, r, p, maxmem: mostMemory });
  return { cipher: bytes.subarray(0, 32), k: bytes.subarray(32, 48), r: bytes.subarray(48) };
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
