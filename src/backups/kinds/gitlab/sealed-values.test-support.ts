import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { parse } from "yaml";
import * as z from "zod";
import { openSalted, type SaltedColumn, sealSalted } from "../../../../lab/stores/rails-secrets.ts";

const Keys = z.object({
  production: z.object({
    active_record_encryption_primary_key: z.array(z.string()),
    active_record_encryption_deterministic_key: z.array(z.string()),
    active_record_encryption_key_derivation_salt: z.string(),
  }),
});

const derived = new Map<string, Buffer>();

/** Derived once: it takes its time. */
function keyOf(secretsYml: string, digest: "sha1" | "sha256", deterministic: boolean): Buffer {
  const { production } = Keys.parse(parse(secretsYml));
  const [word = ""] = deterministic
    ? production.active_record_encryption_deterministic_key
    : production.active_record_encryption_primary_key;
  const salt = production.active_record_encryption_key_derivation_salt;
  const known = derived.get(`${digest} ${word} ${salt}`);
  const key = known ?? pbkdf2Sync(word, salt, 2 ** 16, 32, digest);
  derived.set(`${digest} ${word} ${salt}`, key);
  return key;
}

/** As ActiveRecord::Encryption writes it: with a vector of chance or, deterministic, one that the key and the text make. */
export function sealMessage(
  text: string,
  secretsYml: string,
  digest: "sha1" | "sha256" = "sha256",
  deterministic = false,
): string {
  const key = keyOf(secretsYml, digest, deterministic);
  const iv = deterministic ? createHmac("sha256", key).update(text).digest().subarray(0, 12) : randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const p = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const h = { iv, at: cipher.getAuthTag(), i: Buffer.from(createHash("sha1").update(key).digest("hex").slice(0, 4)) };
  const words64 = Object.entries(h).map(([name, value]) => [name, value.toString("base64")]);
  return JSON.stringify({ p: p.toString("base64"), h: Object.fromEntries(words64) });
}

/** Salted values that none of other keys opens: without a tag one does once in 256 times. */
export function sealAgainst(text: string, databaseKey: string, others: readonly string[]): SaltedColumn {
  for (;;) {
    const sealed = sealSalted(text, databaseKey);
    if (!others.some((key) => key !== databaseKey && opens(sealed, key))) return sealed;
  }
}

function opens(sealed: SaltedColumn, key: string): boolean {
  try {
    openSalted(sealed, key);
    return true;
  } catch {
    return false;
  }
}

/** As GitLab seals a token: with its own vector behind it, or the one that the key begins with. */
export function sealToken(text: string, databaseKey: string, isOwn: boolean): string {
  const nonce = isOwn ? randomBytes(6).toString("hex") : databaseKey.slice(0, 12);
  const cipher = createCipheriv("aes-256-gcm", databaseKey.slice(0, 32), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
  return isOwn ? `|${sealed}${nonce}` : sealed;
}
