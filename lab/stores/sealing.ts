import { execFile } from "node:child_process";
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/*
 * What the Sealed Secrets controller does with a value (bitnami-labs/sealed-secrets pkg/crypto/crypto.go @01b8b0fb): a session key of
 * 32 bytes, encrypted for the certificate by RSA-OAEP with SHA-256 and a label; its length in two bytes, then it, then the value by
 * AES-256-GCM with a nonce of zeros. The label of the usual, strict scope is `namespace/name`.
 */

export interface SealingKey {
  readonly cert: string;
  /** PKCS #1, as the controller writes it (pkg/controller/keys.go @59fe4716). */
  readonly key: string;
}

const run = promisify(execFile);
const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" } as const;

/** RSA, 4096 bits, for ten years, without a name: the controller's defaults. Takes a second or two. */
export async function newSealingKey(): Promise<SealingKey> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-lab-seal-"));
  try {
    const wanted = "req -x509 -newkey rsa:4096 -nodes -days 3650 -subj / -keyout tls.key -out tls.crt";
    await run("openssl", wanted.split(" "), { cwd: folder });
    const key = createPrivateKey(readFileSync(join(folder, "tls.key"), "utf8"));
    return {
      cert: readFileSync(join(folder, "tls.crt"), "utf8"),
      key: key.export({ type: "pkcs1", format: "pem" }).toString(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An entry of `spec.encryptedData`. */
export function seal(text: string, of: { readonly namespace: string; readonly name: string }, cert: string): string {
  const session = randomBytes(32);
  const oaepLabel = Buffer.from(`${of.namespace}/${of.name}`);
  const wrapped = publicEncrypt({ key: new X509Certificate(cert).publicKey, ...oaep, oaepLabel }, session);
  const cipher = createCipheriv("aes-256-gcm", session, Buffer.alloc(12));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
    "base64",
  );
}

/** Throws when the key or the name is another one. */
export function unseal(sealed: string, of: { readonly namespace: string; readonly name: string }, key: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const end = 2 + bytes.readUInt16BE(0);
  const oaepLabel = Buffer.from(`${of.namespace}/${of.name}`);
  const session = privateDecrypt({ key, ...oaep, oaepLabel }, bytes.subarray(2, end));
  const cipher = createDecipheriv("aes-256-gcm", session, Buffer.alloc(12));
  cipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([cipher.update(bytes.subarray(end, -16)), cipher.final()]).toString("utf8");
}
