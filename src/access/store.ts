import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { Known, Roles } from "./role.ts";

/** The tables of migration 0010 that are ours; `idempotency_keys` is `src/api`'s. */
export interface AccessTables {
  readonly api_tokens: {
    readonly id: string;
    readonly name: string;
    readonly actor: Actor;
    readonly roles: Roles;
    readonly salt: string;
    readonly hash: string;
    readonly created_by: Actor;
    readonly created_at: Instant;
    readonly expires_at: Instant;
    readonly last_used_at: Instant | null;
    readonly revoked_at: Instant | null;
  };
  readonly sessions: {
    readonly hash: string;
    readonly actor: Actor;
    readonly roles: Roles;
    readonly token_id: string | null;
    readonly known: Known | null;
    readonly created_at: Instant;
    readonly expires_at: Instant;
  };
  readonly break_glass: {
    readonly id: string;
    readonly actor: Actor;
    readonly actor_id: string;
    readonly environment: string;
    readonly reason: string;
    readonly taken_at: Instant;
    readonly expires_at: Instant;
    readonly settled_at: Instant | null;
    readonly settled_by: Actor | null;
    readonly review: string | null;
  };
}
