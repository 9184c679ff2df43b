import { createHash } from "node:crypto";
import type { Database } from "../databases/sql.ts";
import { type GitlabWorld, Refused } from "./world.ts";

/** A personal access token that the lab gives out. */
export interface GitlabToken {
  /** The secret itself. */
  readonly token: string;
  readonly name: string;
  readonly username: string;
  /** `api`, `read_api`, `read_user`, `admin_mode` … */
  readonly scopes: readonly string[];
  /** `2027-01-31`; none when left out. It is over at the beginning of that day, UTC. */
  readonly expiresAt?: string;
  readonly revoked?: boolean;
  /** A group access token: `username` is a bot that is made for it, a member of that group alone. 30 developer … 50 owner. */
  readonly group?: { readonly path: string; readonly access: number };
}

export interface Caller {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly state: string;
  readonly admin: boolean;
  readonly tokenId: number;
  readonly scopes: readonly string[];
}

/** The digest by which a token is kept; GitLab salts its own with a secret of the instance. */
export function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}

/** Scopes as Rails writes a list of texts: YAML. */
function writeScopes(scopes: readonly string[]): string {
  return `---\n${scopes.map((scope) => `- ${scope}\n`).join("")}`;
}

export function readScopes(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));
}

/** Puts tokens into the database; one that is there stays as it is, so that a revoked one stays revoked after a restart. */
export async function addTokens(database: Database, tokens: readonly GitlabToken[], now: Date): Promise<void> {
  for (const { token, name, username, scopes, expiresAt, revoked = false, group } of tokens) {
    if (group !== undefined) await addBot(database, username, group, now);
    const added = await database.rows(
      `insert into personal_access_tokens (user_id, name, revoked, expires_at, created_at, updated_at, scopes, token_digest)
       select id, $1, $2, $3::date, $4, $4, $5, $6 from users where username = $7 on conflict (token_digest) do update set name = excluded.name returning id`,
      [name, revoked, expiresAt ?? null, now, writeScopes(scopes), digestOf(token), username],
    );
    if (added.length === 0) throw new Error(`the lab's GitLab has no user ${username} for the token ${name}`);
  }
}

async function addBot(
  database: Database,
  username: string,
  group: { readonly path: string; readonly access: number },
  now: Date,
): Promise<void> {
  await database.rows(
    `with bot as (
       insert into users (email, name, username, projects_limit, state, created_at, updated_at, user_type)
       values ($1 || '@noreply.example.org', $1, $1, 0, 'active', $2, $2, 6) on conflict (username) do nothing returning id)
     insert into members (access_level, source_id, source_type, user_id, created_at)
     select $3, n.id, 'Namespace', bot.id, $2 from bot, namespaces n where n.path = $4 and n.type = 'Group'`,
    [username, now, group.access, group.path],
  );
}

interface TokenRow {
  readonly token_id: string;
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly scopes: string;
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly state: string;
  readonly admin: boolean;
}

/** Who asks; undefined for a stranger. Throws `Refused` for a token that is none, or no longer (lib/api/api_guard.rb @017a6c129). */
export async function callerOf(world: GitlabWorld, request: Request): Promise<Caller | undefined> {
  const own = request.headers.get("private-token") ?? new URL(request.url).searchParams.get("private_token");
  const bearer = /^bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const token = own ?? bearer;
  if (token === null || token === undefined) return undefined;
  const [row] = await world.database.rows<TokenRow>(
    `select t.id as token_id, t.revoked, coalesce(t.expires_at <= $2::date, false) as expired, t.scopes, u.id, u.username, u.name, u.email, u.state, u.admin
     from personal_access_tokens t join users u on u.id = t.user_id where t.token_digest = $1`,
    [digestOf(token), world.now()],
  );
  if (row !== undefined) return holderOf(row);
  throw bearer === undefined ? new Refused(401, { message: "401 Unauthorized" }) : invalidToken("Bad Access Token.");
}

function holderOf(row: TokenRow): Caller {
  if (row.revoked) throw invalidToken("Token was revoked. You have to re-authorize from the user.");
  if (row.expired) throw invalidToken("Token is expired. You can either do re-authorization or token refresh.");
  if (row.state !== "active") throw new Refused(403, { message: "403 Forbidden - Your account has been blocked." });
  const { token_id, scopes, id, username, name, email, state, admin } = row;
  return { id: Number(id), username, name, email, state, admin, tokenId: Number(token_id), scopes: readScopes(scopes) };
}

function invalidToken(description: string): Refused {
  return new Refused(
    401,
    { error: "invalid_token", error_description: description },
    { "www-authenticate": `Bearer realm="The API", error="invalid_token", error_description="${description}"` },
  );
}

/** The caller, who must be somebody with one of these scopes; `api` has them all. */
export async function mustBe(world: GitlabWorld, request: Request, ...scopes: readonly string[]): Promise<Caller> {
  const caller = await callerOf(world, request);
  if (caller === undefined) throw new Refused(401, { message: "401 Unauthorized" });
  const enough = ["api", ...(request.method === "GET" ? ["read_api"] : []), ...scopes];
  if (!caller.scopes.some((scope) => enough.includes(scope)))
    throw new Refused(403, {
      error: "insufficient_scope",
      error_description: "The request requires higher privileges than provided by the access token.",
      scope: enough.join(" "),
    });
  return caller;
}

/** `authenticated_as_admin!` */
export async function mustBeAdmin(world: GitlabWorld, request: Request): Promise<Caller> {
  const caller = await mustBe(world, request);
  if (!caller.admin) throw new Refused(403, { message: "403 Forbidden" });
  return caller;
}
