import { randomBytes } from "node:crypto";
import type { Hono } from "hono";
import { type Caller, callerOf, digestOf, readScopes } from "./tokens.ts";
import { type GitlabWorld, Refused } from "./world.ts";

const base = "/api/v4/personal_access_tokens";

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly revoked: boolean;
  readonly created_at: Date;
  readonly scopes: string;
  readonly last_used_at: Date | null;
  readonly expires: string | null;
  readonly expired: boolean;
}

/** Tokens; meaning and sources in `fixtures/tokens.yaml`. */
export function tokenRoutes(app: Hono, world: GitlabWorld): void {
  app.get(base, async (context) => {
    const caller = await somebody(world, context.req.raw);
    const { revoked, state, search } = context.req.query();
    const rows = (await tokens(world)).filter(
      (row) =>
        (caller.admin || Number(row.user_id) === caller.id) &&
        (revoked === undefined || String(row.revoked) === revoked) &&
        (state === undefined || isActive(row) === (state === "active")) &&
        (search === undefined || row.name.includes(search)),
    );
    return context.json(rows.map(shown));
  });
  app.get(`${base}/:id`, async (context) =>
    context.json(shown(await wanted(world, await somebody(world, context.req.raw), context.req.param("id")))),
  );
  app.post(`${base}/:id/rotate`, async (context) => {
    const caller = await somebody(world, context.req.raw);
    const row = await wanted(world, caller, context.req.param("id"));
    const self = Number(row.id) === caller.tokenId;
    if (!caller.scopes.includes("api") && !(self && caller.scopes.includes("self_rotate")))
      throw new Refused(403, { message: "403 Forbidden" });
    return context.json(await rotate(world, row));
  });
  app.delete(`${base}/:id`, async (context) => {
    const row = await wanted(world, await somebody(world, context.req.raw), context.req.param("id"));
    await revoke(world, row);
    return context.body(null, 204);
  });
}

/** Any token may ask after itself, whatever its scopes. */
async function somebody(world: GitlabWorld, request: Request): Promise<Caller> {
  const caller = await callerOf(world, request);
  if (caller === undefined) throw new Refused(401, { message: "401 Unauthorized" });
  return caller;
}

function tokens(world: GitlabWorld): Promise<readonly Row[]> {
  return world.database.rows<Row>(
    `select id, user_id, name, revoked, created_at, scopes, last_used_at, to_char(expires_at, 'YYYY-MM-DD') as expires,
            coalesce(expires_at <= $1::date, false) as expired from personal_access_tokens order by id`,
    [world.now()],
  );
}

/** 404 to an administrator, 401 to anybody else who asks for what is not his. */
async function wanted(world: GitlabWorld, caller: Caller, id: string): Promise<Row> {
  const number = id === "self" ? caller.tokenId : Number(id);
  const row = (await tokens(world)).find((one) => Number(one.id) === number);
  if (row !== undefined && (caller.admin || Number(row.user_id) === caller.id)) return row;
  throw caller.admin
    ? new Refused(404, { message: "404 Not Found" })
    : new Refused(401, { message: "401 Unauthorized" });
}

async function revoke(world: GitlabWorld, row: Row): Promise<void> {
  await world.database.rows("update personal_access_tokens set revoked = true, updated_at = $2 where id = $1", [
    row.id,
    world.now(),
  ]);
  world.ledger.add(world.name, "token revoked", { name: row.name });
}

/** The old one is over at once; the new one lasts a week unless told otherwise. */
async function rotate(world: GitlabWorld, row: Row): Promise<Record<string, unknown>> {
  await revoke(world, row);
  const token = `glpat-${randomBytes(15).toString("base64url")}`;
  await world.database.rows(
    `insert into personal_access_tokens (user_id, name, revoked, expires_at, created_at, updated_at, scopes, token_digest)
     values ($1, $2, false, $3::date + 7, $3::timestamptz, $3::timestamptz, $4, $5)`,
    [row.user_id, row.name, world.now(), row.scopes, digestOf(token)],
  );
  world.ledger.add(world.name, "token rotated", { name: row.name });
  const made = (await tokens(world)).at(-1);
  return { ...(made === undefined ? {} : shown(made)), token };
}

function isActive({ revoked, expired }: Row): boolean {
  return !revoked && !expired;
}

function shown(row: Row): Record<string, unknown> {
  return {
    id: Number(row.id),
    name: row.name,
    revoked: row.revoked,
    created_at: row.created_at.toISOString(),
    description: null,
    scopes: readScopes(row.scopes),
    user_id: Number(row.user_id),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    active: isActive(row),
    expires_at: row.expires,
  };
}
