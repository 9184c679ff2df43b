import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import * as z from "zod";
import { InputError, messageOf } from "../kernel/errors.ts";
import { canonicalJson } from "./canonical.ts";

/**
 * What is kept where the journal's operator cannot change it: where the chain ended, signed by a key outside the database. It
 * has no moment of its own but the last entry's, so that the same head gives the same anchor.
 */
export const Anchor = z.object({
  schema: z.literal("millwright/journal-anchor/1"),
  sequence: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the last entry happened. */
  at: z.string().optional(),
  /** Which key signed it; without it the anchor is unsigned. */
  key: z.string().optional(),
  /** Ed25519 over the canonical JSON of all other properties, in base64. */
  signature: z.string().optional(),
});
export type Anchor = z.infer<typeof Anchor>;

/** Signs heads. Holds the key so that nobody else needs to. */
export interface Signer {
  readonly keyId: string;
  /** What others check signatures with: PEM. */
  readonly publicKey: string;
  sign(text: string): string;
}

/** A signer from an Ed25519 private key in PEM. Throws `InputError` without a word of the key. */
export function signerOf(pem: string): Signer {
  const key = readKey(pem, createPrivateKey, "the journal's signing key", "openssl genpkey -algorithm ed25519");
  const publicKey = createPublicKey(key);
  return {
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (text) => sign(null, Buffer.from(text), key).toString("base64"),
  };
}

/** The anchor of a head, signed where there is a signer. */
export function anchorOf(
  head: { readonly sequence: number; readonly hash: string; readonly at?: string | undefined },
  signer: Signer | undefined,
): Anchor {
  const { sequence, hash: headHash, at } = head;
  const plain: Anchor = {
    schema: "millwright/journal-anchor/1",
    sequence,
    hash: headHash,
    ...(at === undefined ? {} : { at }),
  };
  if (signer === undefined) return plain;
  const named = { ...plain, key: signer.keyId };
  return { ...named, signature: signer.sign(canonicalJson(named)) };
}

export type SignatureVerdict = "right" | "wrong" | "other-key" | "unsigned";

/** Whether an anchor was signed by the key whose public half is given, in PEM. */
export function checkSignature(anchor: Anchor, publicPem: string): SignatureVerdict {
  const key = readKey(publicPem, createPublicKey, "the public key", "openssl pkey -in KEY -pubout");
  const { signature, ...signed } = anchor;
  if (signature === undefined || anchor.key === undefined) return "unsigned";
  if (anchor.key !== keyIdOf(key)) return "other-key";
  return verify(null, Buffer.from(canonicalJson(signed)), key, Buffer.from(signature, "base64")) ? "right" : "wrong";
}

/** The first 16 hexadecimal digits of SHA-256 over the public key in DER. */
function keyIdOf(key: KeyObject): string {
  return hash("sha256", key.export({ type: "spki", format: "der" })).slice(0, 16);
}

function readKey(pem: string, read: (pem: string) => KeyObject, what: string, make: string): KeyObject {
  let key: KeyObject;
  try {
    key = read(pem);
  } catch (thrown) {
    throw new InputError(
      `${what} cannot be read (${messageOf(thrown).slice(0, 80)}); it must be Ed25519 in PEM: ${make}`,
    );
  }
  if (key.asymmetricKeyType !== "ed25519")
    throw new InputError(`${what} is ${key.asymmetricKeyType ?? "of another kind"}; it must be Ed25519: ${make}`);
  return key;
}
