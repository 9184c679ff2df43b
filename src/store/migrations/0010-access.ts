import type { Migration } from "./migration.ts";

/** Tokens, sessions, emergency rights and the replies kept for repeated writes (`src/access`, `src/api`). */
export const migration0010: Migration = {
  number: 10,
  name: "access",
  sql: `
    create table api_tokens (
      id text primary key,
      name text not null,
      -- Whose name its acts bear, and whom they count as when a second person is asked for.
      actor jsonb not null,
      roles jsonb not null,
      salt text not null,
      hash text not null,
      created_by jsonb not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      last_used_at timestamptz(3),
      revoked_at timestamptz(3)
    );

    create table sessions (
      -- SHA-256 of what the browser holds.
      hash text primary key,
      actor jsonb not null,
      roles jsonb not null,
      -- The token it was made from: it ends with it.
      token_id text references api_tokens (id),
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null
    );
    create index sessions_expiry on sessions (expires_at);

    create table break_glass (
      id text primary key,
      actor jsonb not null,
      actor_id text not null,
      environment text not null,
      reason text not null,
      taken_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      settled_at timestamptz(3),
      settled_by jsonb,
      review text
    );
    create index break_glass_running on break_glass (actor_id, expires_at);

    create table idempotency_keys (
      actor_id text not null,
      key text not null,
      digest text not null,
      status integer,
      -- Nothing for a reply that is shown only once.
      reply jsonb,
      created_at timestamptz(3) not null,
      primary key (actor_id, key)
    );
    create index idempotency_keys_age on idempotency_keys (created_at);
  `,
};
