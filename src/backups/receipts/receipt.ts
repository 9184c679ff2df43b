import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";

/*
 * A receipt says in one line, to be pasted into a ticket, that a backup was proven. It is signed, so that nobody makes one up, and
 * it is only worth what the repository says when it is used.
 */

const Body = z.object({
  backup: z.string(),
  /** Of the manifest, which names the dump's. */
  digest: z.string(),
  takenAt: z.string(),
  /** Of the dump, in bytes. */
  size: z.number(),
  /** The proof's snapshot in the repository. */
  provenBy: z.string(),
  provenAt: z.string(),
  covers: z.array(z.string()),
  doesNotCover: z.array(z.string()),
  installation: z.string(),
  environment: z.string(),
  repository: z.string(),
});
export type Receipt = z.infer<typeof Body>;

const prefix = "millwright-receipt-1";
/** `backups.receiptHours` when it is left out. */
export const usualReceiptHours = 24;

/** The line: a prefix, what it says, which key signed it, the signature; letters that no ticket breaks. */
export function signReceipt(receipt: Receipt, privatePem: string): string {
  const key = privateKey(privatePem);
  const body = Buffer.from(JSON.stringify(receipt)).toString("base64url");
  const id = keyIdOf(createPublicKey(key));
  return `${prefix}.${body}.${id}.${sign(null, Buffer.from(`${prefix}.${body}.${id}`), key).toString("base64url")}`;
}

/**
 * Reads a line that one of these keys signed (PEM, public or private halves), also where a mail or a ticket has wrapped it. Throws
 * `InputError` for any other.
 */
export function readReceipt(line: string, keys: readonly string[]): Receipt {
  const [, body = "", id = "", signature = ""] =
    new RegExp(`^${prefix}\\.([\\w-]+)\\.([0-9a-f]{16})\\.([\\w-]+)$`).exec(line.replace(/\s+/g, "")) ?? [];
  if (body === "")
    throw new InputError("This is no receipt; paste the whole line that millwright receipt show prints.");
  const key = keys.map((pem) => publicKey(pem)).find((one) => keyIdOf(one) === id);
  if (key === undefined) throw new InputError(`The receipt was signed by the key ${id}, which is not configured here.`);
  if (!verify(null, Buffer.from(`${prefix}.${body}.${id}`), key, Buffer.from(signature, "base64url")))
    throw new InputError("The receipt's signature is wrong: a part of it was changed or left out.");
  return Body.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
}

/** A receipt is worth nothing from this moment on, however late the backup was proven. */
export function validUntil(takenAt: string, receiptHours: number = usualReceiptHours): Instant {
  return instantOf(Date.parse(takenAt) + receiptHours * 3_600_000);
}

/** By which a signature names its key. */
export function keyIdOf(key: KeyObject): string {
  return hash("sha256", key.export({ type: "spki", format: "der" })).slice(0, 16);
}

/** Of `backups.signingKey`; throws `InputError` for what is none. */
export function privateKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // What was thrown may hold a part of the key.
  }
  throw new InputError(
    "backups.signingKey is no Ed25519 private key in PEM; make one: openssl genpkey -algorithm ed25519",
  );
}

/** Of either half. */
export function publicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new InputError("A key that checks receipts is none in PEM; make one: openssl pkey -in KEY -pubout");
  }
}
