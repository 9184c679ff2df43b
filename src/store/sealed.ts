import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "./store.ts";

/*
 * Secrets that must stand in the database (of webhooks, of tokens given by others) are sealed with AES-256-GCM by a key that is
 * kept outside of it: who has the database, or its dump, has none of them. A sealed text names its key, so that keys can be
 * changed, and is bound to its place, so that one row's text does not open in another's.
 */

/** A key by which secrets are sealed. The bytes are never shown. */
export interface SealingKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The first seals; all open. */
export type SealingKeys = readonly [SealingKey, ...SealingKey[]];

interface SealedTables {
  readonly sealed_secret: { readonly name: string; readonly sealed: string; readonly sealed_at: Instant };
}

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** A key from its base64 text. Throws `InputError` when it has not 32 bytes. */
export function sealingKey(id: string, base64: string): SealingKey {
  const key = Buffer.from(base64.trim(), "base64");
  if (key.length !== 32)
    throw new InputError(`sealing key ${id}: it has ${key.length} bytes, not 32. Make one: openssl rand -base64 32`);
  return { id, key };
}

/** Seals a text for one place, such as `webhook/gitlab`. The same text gives another result each time. */
export function seal(text: string, place: string, [{ id, key }]: SealingKeys): string {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(place));
  const body = Buffer.concat([sealing.update(text, "utf8"), sealing.final()]);
  return `v1:${id}:${Buffer.concat([nonce, body, sealing.getAuthTag()]).toString("base64")}`;
}

/** Opens what was sealed for this place. Throws `SystemError` (stop) when the key is missing or the text was changed. */
export function unseal(sealed: string, place: string, keys: SealingKeys): string {
  const [, id = "", body = ""] = /^v1:([^:]+):([A-Za-z0-9+/=]+)$/.exec(sealed) ?? [];
  const key = keys.find((candidate) => candidate.id === id)?.key;
  if (key === undefined) {
    const names = keys.map((candidate) => candidate.id).join(", ");
    const toDo = "add it again under sealing in millwright.server.yaml, after the key in use";
    throw new SystemError(
      `the secret ${place} is sealed with key "${id}", which is not among ${names}; ${toDo}`,
      "stop",
    );
  }
  const bytes = Buffer.from(body, "base64");
  try {
    const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    opening.setAAD(Buffer.from(place));
    opening.setAuthTag(bytes.subarray(-tagBytes));
    return opening.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + opening.final("utf8");
  } catch (thrown) {
    const message = `the secret ${place} does not open with key "${id}": the key is another one of that name, or the row was changed. Set the secret anew`;
    throw new SystemError(message, "stop", { cause: thrown });
  }
}

/** Keeps a secret under a name, as `store:NAME` refers to it; an older one of that name is gone. */
export async function keepSecret(
  store: Store,
  name: string,
  text: string,
  keys: SealingKeys,
  now: Instant,
): Promise<void> {
  const sealed = seal(text, name, keys);
  await store
    .tables<SealedTables>()
    .insertInto("sealed_secret")
    .values({ name, sealed, sealed_at: now })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ sealed, sealed_at: now }))
    .execute();
}

/** The secret of a name; undefined when none is kept. */
export async function readSecret(store: Store, name: string, keys: SealingKeys): Promise<string | undefined> {
  const tables = store.tables<SealedTables>();
  const row = await tables.selectFrom("sealed_secret").select("sealed").where("name", "=", name).executeTakeFirst();
  return row === undefined ? undefined : unseal(row.sealed, name, keys);
}

/** Forgets a secret; false when there was none. */
export async function forgetSecret(store: Store, name: string): Promise<boolean> {
  const tables = store.tables<SealedTables>();
  const [gone] = await tables.deleteFrom("sealed_secret").where("name", "=", name).execute();
  return (gone?.numDeletedRows ?? 0n) > 0n;
}

/** A secret that is kept, without anything of it. */
export interface KeptSecret {
  readonly name: string;
  /** The key that opens it. */
  readonly key: string;
  readonly sealedAt: Instant;
}

/** Secrets by name, after one of them. */
export async function listSecrets(
  store: Store,
  after: string | undefined,
  limit: number,
): Promise<readonly KeptSecret[]> {
  const rows = await store
    .tables<SealedTables>()
    .selectFrom("sealed_secret")
    .selectAll()
    .where("name", ">", after ?? "")
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map(({ name, sealed, sealed_at }) => ({ name, key: sealed.split(":")[1] ?? "", sealedAt: sealed_at }));
}

/** Seals every secret with the first key, so that the others can be dropped; returns how many were sealed anew. */
export async function resealAll(store: Store, keys: SealingKeys, now: Instant): Promise<number> {
  return store.transaction(async (part) => {
    const tables = part.tables<SealedTables>();
    const rows = await tables.selectFrom("sealed_secret").select(["name", "sealed"]).forUpdate().execute();
    const old = rows.filter(({ sealed }) => !sealed.startsWith(`v1:${keys[0].id}:`));
    for (const { name, sealed } of old) await keepSecret(part, name, unseal(sealed, name, keys), keys, now);
    return old.length;
  });
}
