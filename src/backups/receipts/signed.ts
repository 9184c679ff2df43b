import { createPublicKey, sign, verify } from "node:crypto";
import * as z from "zod";
import { canonical } from "../../engine/plan.ts";
import { keyIdOf, privateKey, publicKey } from "./receipt.ts";

/*
 * What is written down in JSON, signed by the key that signs receipts. The prefix says what it is, so that nothing signed as one thing
 * counts as another.
 */

export const Signature = z.object({ algorithm: z.literal("ed25519"), key: z.string(), value: z.string() });
export type Signature = Readonly<z.infer<typeof Signature>>;

export function signed(prefix: string, said: unknown, privatePem: string): Signature {
  const key = privateKey(privatePem);
  const value = sign(null, bytesOf(prefix, said), key).toString("base64url");
  return { algorithm: "ed25519", key: keyIdOf(createPublicKey(key)), value };
}

/** Why none of these keys (PEM, public or private halves) signed it, as the end of a sentence; undefined: one of them did. */
export function whyNotSigned(
  prefix: string,
  said: unknown,
  signature: Signature | undefined,
  keys: readonly string[],
): string | undefined {
  if (signature === undefined) return "is not signed: no key was configured when it was made";
  const key = keys.map((pem) => publicKey(pem)).find((one) => keyIdOf(one) === signature.key);
  if (key === undefined) return `was signed by the key ${signature.key}, which is not configured here`;
  const isWhole = verify(null, bytesOf(prefix, said), key, Buffer.from(signature.value, "base64url"));
  return isWhole ? undefined : "was changed: its signature is wrong";
}

/** Whatever the order of keys and the spaces in between. */
function bytesOf(prefix: string, said: unknown): Buffer {
  return Buffer.from(`${prefix}${canonical(JSON.parse(JSON.stringify(said)))}`);
}
