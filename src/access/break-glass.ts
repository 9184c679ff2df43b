import { randomBytes } from "node:crypto";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import { includes, type Principal, type Role } from "./role.ts";
import type { AccessTables } from "./store.ts";

/**
 * Emergency rights: an operator takes an approver's rights in one environment for a short time, with a reason. Every taking is
 * a debt that stays open until somebody else has reviewed it.
 */
export interface BreakGlass {
  readonly id: string;
  readonly actor: Actor;
  readonly environment: string;
  readonly reason: string;
  readonly takenAt: Instant;
  readonly expiresAt: Instant;
  readonly settledAt: Instant | null;
  readonly settledBy: Actor | null;
  readonly review: string | null;
}

const given: Role = "approver";

export async function takeEmergencyRights(
  store: Store,
  now: Instant,
  wanted: { readonly actor: Actor; readonly environment: string; readonly reason: string; readonly minutes: number },
): Promise<BreakGlass> {
  const row = await store
    .tables<AccessTables>()
    .insertInto("break_glass")
    .values({
      id: randomBytes(8).toString("hex"),
      actor: asJson(wanted.actor),
      actor_id: wanted.actor.id,
      environment: wanted.environment,
      reason: wanted.reason,
      taken_at: now,
      expires_at: instantOf(Date.parse(now) + wanted.minutes * 60_000),
      settled_at: null,
      settled_by: null,
      review: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return breakGlassOf(row);
}

/** A principal with the emergency rights that run at this moment. */
export async function withEmergencyRights(store: Store, now: Instant, principal: Principal): Promise<Principal> {
  const rows = await store
    .tables<AccessTables>()
    .selectFrom("break_glass")
    .select("environment")
    .where("actor_id", "=", principal.actor.id)
    .where("expires_at", ">", now)
    .where("settled_at", "is", null)
    .execute();
  if (rows.length === 0) return principal;
  const added = rows.filter(({ environment }) => !includes(principal.roles[environment], given));
  return {
    ...principal,
    emergencies: rows.map(({ environment }) => environment),
    roles: { ...principal.roles, ...Object.fromEntries(added.map(({ environment }) => [environment, given])) },
  };
}

export async function findBreakGlass(store: Store, id: string): Promise<BreakGlass | undefined> {
  const row = await store
    .tables<AccessTables>()
    .selectFrom("break_glass")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : breakGlassOf(row);
}

/** By id, after the one named; those not reviewed yet when `open`. */
export async function listBreakGlass(
  store: Store,
  wanted: {
    readonly open: boolean;
    /** All of them when undefined. */
    readonly environments: readonly string[] | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<readonly BreakGlass[]> {
  let query = store.tables<AccessTables>().selectFrom("break_glass").selectAll().orderBy("id").limit(wanted.limit);
  if (wanted.open) query = query.where("settled_at", "is", null);
  if (wanted.environments !== undefined) query = query.where("environment", "in", [...wanted.environments]);
  if (wanted.after !== undefined) query = query.where("id", ">", wanted.after);
  return (await query.execute()).map(breakGlassOf);
}

/** Ends the rights, if they still run, and the debt; undefined when it was settled before. */
export async function settleBreakGlass(
  store: Store,
  now: Instant,
  settled: { readonly id: string; readonly by: Actor; readonly review: string },
): Promise<BreakGlass | undefined> {
  const row = await store
    .tables<AccessTables>()
    .updateTable("break_glass")
    .set({ settled_at: now, settled_by: asJson(settled.by), review: settled.review })
    .where("id", "=", settled.id)
    .where("settled_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : breakGlassOf(row);
}

function breakGlassOf(row: AccessTables["break_glass"]): BreakGlass {
  return {
    id: row.id,
    actor: row.actor,
    environment: row.environment,
    reason: row.reason,
    takenAt: row.taken_at,
    expiresAt: row.expires_at,
    settledAt: row.settled_at,
    settledBy: row.settled_by,
    review: row.review,
  };
}
