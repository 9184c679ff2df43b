import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { withEmergencyRights } from "../access/break-glass.ts";
import { anonymous, type Principal } from "../access/role.ts";
import { csrfTokenOf, findSession } from "../access/sessions.ts";
import type { TokenCheck } from "../access/tokens.ts";
import type { Instant } from "../kernel/instant.ts";
import { same } from "./hooks.ts";
import type { ApiOptions } from "./options.ts";
import type { Problem } from "./problem.ts";

/** Who calls, and how we know. */
export type Caller =
  | { readonly kind: "nobody"; readonly principal: Principal }
  | {
      readonly kind: "token";
      readonly principal: Principal;
      readonly token: { readonly id: string; readonly expiresAt: Instant };
    }
  | { readonly kind: "session"; readonly principal: Principal; readonly cookie: string };

/** `__Host-`: the browser takes it only over TLS, for this very host and all of its paths (RFC 6265bis). */
export function sessionCookie(secure: boolean): string {
  return secure ? "__Host-millwright" : "millwright";
}

/** Finds out who calls. A token that is not valid is a problem even where nobody needs to be logged in. */
export async function authenticate(
  c: Context,
  options: Pick<ApiOptions, "store" | "secure">,
  check: TokenCheck,
  now: Instant,
): Promise<Caller | Problem> {
  const { store } = options;
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const [, text] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const verdict = text === undefined ? undefined : await check.check(store, now, text);
    if (verdict?.kind !== "valid") return refusedToken;
    const { id, actor, roles, expiresAt } = verdict.token;
    const principal = await withEmergencyRights(store, now, { actor, roles });
    return { kind: "token", principal, token: { id, expiresAt } };
  }
  const cookie = getCookie(c, sessionCookie(options.secure));
  const found = cookie === undefined ? undefined : await findSession(store, now, cookie);
  if (cookie === undefined || found === undefined) return { kind: "nobody", principal: anonymous };
  return { kind: "session", principal: await withEmergencyRights(store, now, found), cookie };
}

/** The same words whatever is wrong with it: they tell nobody which tokens there are. */
const refusedToken: Problem = {
  status: 401,
  detail: "This token is not valid: it was never given, has ended, or was revoked.",
  toDo: "Ask an administrator for a new one: millwright token create",
  headers: { "www-authenticate": 'Bearer error="invalid_token"' },
};

/**
 * Another site's page can make a browser send our cookie, but not our header. Programs with a token send no cookie and need
 * none.
 */
export function isForgeable(caller: Caller, header: string | undefined): boolean {
  return caller.kind === "session" && !same(header ?? "", csrfTokenOf(caller.cookie));
}

export function isProblem(found: Caller | Problem): found is Problem {
  return "status" in found;
}
