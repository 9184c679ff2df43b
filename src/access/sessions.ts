import { createHash, randomBytes } from "node:crypto";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { asJson, type Store } from "../store/store.ts";
import type { Principal } from "./role.ts";
import type { AccessTables } from "./store.ts";

/** A browser's login. The cookie is 256 random bits; the database holds its hash only. */
export interface OpenedSession {
  readonly cookie: string;
  readonly expiresAt: Instant;
}

export async function openSession(
  store: Store,
  now: Instant,
  principal: Principal,
  options: {
    /** The roles of a person are asked for again with the next login. */
    readonly hours: number;
    /** The token it is made from. */
    readonly token?: { readonly id: string; readonly expiresAt: Instant };
  },
): Promise<OpenedSession> {
  const cookie = randomBytes(32).toString("base64url");
  const ends = Date.parse(now) + options.hours * 3_600_000;
  const { token } = options;
  const expiresAt = instantOf(token === undefined ? ends : Math.min(ends, Date.parse(token.expiresAt)));
  await store
    .tables<AccessTables>()
    .insertInto("sessions")
    .values({
      hash: hashOf(cookie),
      actor: asJson(principal.actor),
      roles: asJson(principal.roles),
      token_id: token?.id ?? null,
      known: principal.known === undefined ? null : asJson(principal.known),
      created_at: now,
      expires_at: expiresAt,
    })
    .execute();
  return { cookie, expiresAt };
}

/** Whose session it is; undefined when there is none or it has ended. */
export async function findSession(store: Store, now: Instant, cookie: string): Promise<Principal | undefined> {
  const row = await store
    .tables<AccessTables>()
    .selectFrom("sessions")
    .select(["actor", "roles", "known"])
    .where("hash", "=", hashOf(cookie))
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row === undefined ? undefined : { actor: row.actor, roles: row.roles, known: row.known ?? undefined };
}

export async function closeSession(store: Store, cookie: string): Promise<void> {
  await store.tables<AccessTables>().deleteFrom("sessions").where("hash", "=", hashOf(cookie)).execute();
}

/** Removes what has ended. */
export async function sweepSessions(store: Store, now: Instant): Promise<void> {
  await store.tables<AccessTables>().deleteFrom("sessions").where("expires_at", "<=", now).execute();
}

/**
 * What a page of ours sends beside the cookie to prove that it is ours: another site's page can make the browser send the
 * cookie, but cannot read what this is made from.
 */
export function csrfTokenOf(cookie: string): string {
  return createHash("sha256").update(`csrf:${cookie}`).digest("base64url");
}

function hashOf(cookie: string): string {
  return createHash("sha256").update(`session:${cookie}`).digest("base64url");
}
