import { createHash, createHmac } from "node:crypto";
import type { Instant } from "../kernel/instant.ts";
import { instantOf } from "../kernel/instant.ts";
import type { SealingKeys } from "../store/sealed.ts";
import { asJson, type Store } from "../store/store.ts";

interface IdempotencyTables {
  readonly idempotency_keys: {
    readonly actor_id: string;
    readonly key: string;
    readonly digest: string;
    readonly status: number | null;
    readonly reply: unknown;
    readonly created_at: Instant;
  };
}

/** A write that may be repeated without being done again. */
export interface Repeatable {
  readonly actorId: string;
  readonly key: string;
  /** Of all that makes the call this one. The first is kept; the others are what may have been kept under an older key. */
  readonly digests: Digests;
}
type Digests = readonly [string, ...string[]];

export type Before =
  | { readonly kind: "new" }
  /** It was done; this is what was answered, or nothing where that is shown only once. */
  | { readonly kind: "done"; readonly reply: unknown }
  | { readonly kind: "other" };

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

export function digestOf(sent: Sent): Digests {
  return [createHash("sha256").update(textOf(sent)).digest("base64url")];
}

/**
 * As `digestOf`, for a body that holds a secret. A plain digest would let whoever has the database, or its dump, try out weak
 * secrets until one fits; so it is made with the keys that are kept outside of it.
 */
export function keyedDigestOf(sent: Sent, [first, ...older]: SealingKeys): Digests {
  const keyed = ({ id, key }: SealingKeys[number]): string =>
    `${id}:${createHmac("sha256", key)
      .update(`idempotency\n${textOf(sent)}`)
      .digest("base64url")}`;
  return [keyed(first), ...older.map(keyed)];
}

function textOf({ method, path, query, body }: Sent): string {
  return `${method} ${path}?${query}\n${body}`;
}

/** Takes the key, within the write's own transaction. While the same write runs elsewhere, this waits for its end. */
export async function claim(store: Store, now: Instant, call: Repeatable): Promise<Before> {
  const tables = store.tables<IdempotencyTables>();
  const { actorId: actor_id, key, digests } = call;
  const taken = await tables
    .insertInto("idempotency_keys")
    .values({ actor_id, key, digest: digests[0], status: null, reply: null, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .executeTakeFirst();
  if (taken !== undefined) return { kind: "new" };
  const row = await tables
    .selectFrom("idempotency_keys")
    .select(["digest", "reply"])
    .where("actor_id", "=", actor_id)
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
  return digests.includes(row.digest) ? { kind: "done", reply: row.reply ?? undefined } : { kind: "other" };
}

/** Keeps what is answered, in the same transaction. */
export async function keep(store: Store, call: Repeatable, status: number, reply: unknown): Promise<void> {
  await store
    .tables<IdempotencyTables>()
    .updateTable("idempotency_keys")
    .set({ status, reply: reply === undefined ? null : asJson(reply) })
    .where("actor_id", "=", call.actorId)
    .where("key", "=", call.key)
    .execute();
}

/** Forgets the keys of yesterday: who repeats a write does so at once. */
export async function sweepKeys(store: Store, now: Instant): Promise<void> {
  await store
    .tables<IdempotencyTables>()
    .deleteFrom("idempotency_keys")
    .where("created_at", "<", instantOf(Date.parse(now) - 86_400_000))
    .execute();
}
