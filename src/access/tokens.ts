import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import { type Roles, tokenActorId } from "./role.ts";
import type { AccessTables } from "./store.ts";

/**
 * API tokens: `mw_ID_SECRET`. The secret is 256 random bits, kept only as its scrypt hash; the id finds the row. Scrypt
 * takes milliseconds, so a secret that was right is remembered for a while by its SHA-256; the row is read every time, so that
 * a revoked token ends at once.
 */
export interface NewToken {
  readonly name: string;
  readonly roles: Roles;
  readonly expiresAt: Instant;
  readonly createdBy: Actor;
  /** A person without another login, whom the token then stands for. Left out: a program's, owned by whoever made it. */
  readonly person?: string | undefined;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly actor: Actor;
  readonly roles: Roles;
  readonly createdBy: Actor;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
}

/** Why a token is refused; said to nobody but the log, who asks learns only that it is not valid. */
export type TokenVerdict =
  | { readonly kind: "valid"; readonly token: Token }
  | { readonly kind: "malformed" | "unknown" | "wrong" | "expired" | "revoked" };

const shape = /^mw_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const derive = promisify<string, string, number, { N: number }, Buffer>(scrypt);
/** A machine's clock may be so much ahead of the one that made the token. */
const skewMillis = 60_000;
/** `last_used_at` is written at most once in this time. */
const useGrainMillis = 60_000;

/** Makes a token. `secret` is the whole of it, and nowhere else: show it once. */
export async function createToken(
  store: Store,
  now: Instant,
  wanted: NewToken,
): Promise<{ readonly token: Token; readonly secret: string }> {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  const salt = randomBytes(16).toString("base64url");
  const actor: Actor =
    wanted.person === undefined
      ? { kind: "token", id: tokenActorId(wanted.createdBy, id), name: wanted.name }
      : { kind: "person", id: `local:${wanted.person}`, name: wanted.person };
  const row = await store
    .tables<AccessTables>()
    .insertInto("api_tokens")
    .values({
      id,
      name: wanted.name,
      actor: asJson(actor),
      roles: asJson(wanted.roles),
      salt,
      hash: await hashOf(secret, salt),
      created_by: asJson(wanted.createdBy),
      created_at: now,
      expires_at: wanted.expiresAt,
      last_used_at: null,
      revoked_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { token: tokenOf(row), secret: `mw_${id}_${secret}` };
}

/** Holds tokens against the database. */
export class TokenCheck {
  readonly #proven = new Map<string, number>();

  async check(store: Store, now: Instant, text: string): Promise<TokenVerdict> {
    const [, id, secret] = shape.exec(text) ?? [];
    if (id === undefined || secret === undefined) return { kind: "malformed" };
    const tables = store.tables<AccessTables>();
    const row = await tables.selectFrom("api_tokens").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) return { kind: "unknown" };
    if (!(await this.#isRight(secret, row.salt, row.hash, Date.parse(now)))) return { kind: "wrong" };
    if (row.revoked_at !== null) return { kind: "revoked" };
    if (Date.parse(row.expires_at) + skewMillis <= Date.parse(now)) return { kind: "expired" };
    if (row.last_used_at === null || Date.parse(now) - Date.parse(row.last_used_at) > useGrainMillis) {
      // Only for people to see: a database open for reading only still says who is who.
      const noted = tables.updateTable("api_tokens").set({ last_used_at: now }).where("id", "=", id).execute();
      await noted.catch(() => undefined);
    }
    return { kind: "valid", token: tokenOf(row) };
  }

  async #isRight(secret: string, salt: string, hash: string, nowMillis: number): Promise<boolean> {
    const mark = createHash("sha256").update(`${salt}:${hash}:${secret}`).digest("base64url");
    if ((this.#proven.get(mark) ?? 0) > nowMillis) return true;
    const right = timingSafeEqual(Buffer.from(await hashOf(secret, salt)), Buffer.from(hash));
    if (!right) return false;
    if (this.#proven.size >= 1000) this.#proven.clear();
    this.#proven.set(mark, nowMillis + 300_000);
    return true;
  }
}

/** The tokens, newest first, without what proves them. */
export async function listTokens(store: Store, before: string | undefined, limit: number): Promise<readonly Token[]> {
  let query = store.tables<AccessTables>().selectFrom("api_tokens").selectAll().orderBy("id").limit(limit);
  if (before !== undefined) query = query.where("id", ">", before);
  return (await query.execute()).map(tokenOf);
}

/** Ends a token, and the sessions made from it; undefined when there is none. A second time changes nothing. */
export async function revokeToken(store: Store, now: Instant, id: string): Promise<Token | undefined> {
  const tables = store.tables<AccessTables>();
  await tables.deleteFrom("sessions").where("token_id", "=", id).execute();
  await tables
    .updateTable("api_tokens")
    .set({ revoked_at: now })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
  const row = await tables.selectFrom("api_tokens").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : tokenOf(row);
}

/** Whether nobody ever had a token: the first start. */
export async function hasTokens(store: Store): Promise<boolean> {
  return (await store.tables<AccessTables>().selectFrom("api_tokens").select("id").limit(1).execute()).length > 0;
}

/** The instant `days` days after `now`. */
export function daysAfter(now: Instant, days: number): Instant {
  return instantOf(Date.parse(now) + days * 86_400_000);
}

async function hashOf(secret: string, salt: string): Promise<string> {
  return (await derive(secret, salt, 32, { N: 4096 })).toString("base64url");
}

function tokenOf(row: AccessTables["api_tokens"]): Token {
  return {
    id: row.id,
    name: row.name,
    actor: row.actor,
    roles: row.roles,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
