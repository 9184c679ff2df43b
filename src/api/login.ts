import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { rolesOf } from "../access/person-roles.ts";
import type { Principal } from "../access/role.ts";
import { closeSession, csrfTokenOf, type OpenedSession, openSession } from "../access/sessions.ts";
import { type Caller, isForgeable, sessionCookie } from "./authenticate.ts";
import type { ApiOptions } from "./options.ts";
import { type Problem, reply } from "./problem.ts";

type Known = { readonly Variables: { readonly caller: Caller } };

/** Logins of browsers: by the login service, or with an API token where there is none. */
export function loginRoutes(options: ApiOptions): Hono<Known> {
  const app = new Hono<Known>();
  const { oidc } = options.login;

  app.get("/ways", (c) => c.json({ service: oidc !== undefined }));

  app.get("/login", async (c) => {
    if (oidc === undefined) return reply(c, noLoginService);
    const { url, secret } = await oidc.begin();
    setCookie(c, loginCookie(options.secure), secret, {
      httpOnly: true,
      secure: options.secure,
      // The login service sends the browser back from another site: a strict cookie would not come along.
      sameSite: "Lax",
      path: "/",
      maxAge: 600,
    });
    return c.redirect(url, 303);
  });

  app.get("/callback", async (c) => {
    if (oidc === undefined) return reply(c, noLoginService);
    const secret = getCookie(c, loginCookie(options.secure));
    deleteCookie(c, loginCookie(options.secure), { path: "/", secure: options.secure });
    if (secret === undefined) return reply(c, notBegunHere);
    const { actor, ...named } = await oidc.finish(new URL(c.req.url).search, secret);
    await open(c, options, { actor, roles: rolesOf(named, options.login.grants), known: named });
    // A page of ours goes on from here: the session's cookie is not sent along with what another site began.
    return c.html(
      '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Logged in</title><a href="/">Go on</a>',
    );
  });

  app.post("/session", async (c) => {
    const { caller } = c.var;
    if (caller.kind !== "token")
      return reply(c, {
        status: 401,
        detail: "A login with a token needs one.",
        toDo: "Send it as Authorization: Bearer mw_…",
        headers: { "www-authenticate": "Bearer" },
      });
    const { cookie, expiresAt } = await open(c, options, caller.principal, caller.token);
    return c.json({ csrfToken: csrfTokenOf(cookie), expiresAt }, 201);
  });

  app.post("/logout", async (c) => {
    const { caller } = c.var;
    if (isForgeable(caller, c.req.header("x-csrf-token")))
      return reply(c, {
        status: 403,
        detail: "This logout did not come from a page of ours.",
        toDo: "Send X-CSRF-Token.",
      });
    if (caller.kind === "session") await closeSession(options.store, caller.cookie);
    deleteCookie(c, sessionCookie(options.secure), { path: "/", secure: options.secure });
    return c.body(null, 204);
  });
  return app;
}

async function open(
  c: Context,
  options: ApiOptions,
  principal: Principal,
  token?: { readonly id: string; readonly expiresAt: OpenedSession["expiresAt"] },
): Promise<OpenedSession> {
  const now = options.clock.now();
  const opened = await options.store.transaction(async (store) => {
    const session = await openSession(store, now, principal, {
      hours: options.login.sessionHours,
      ...(token === undefined ? {} : { token }),
    });
    await options.record(store, {
      at: now,
      kind: "access",
      actor: principal.actor,
      task: `${principal.actor.name} logged in`,
      evidence: { roles: principal.roles, by: token === undefined ? "login service" : `token ${token.id}` },
    });
    return session;
  });
  setCookie(c, sessionCookie(options.secure), opened.cookie, {
    httpOnly: true,
    secure: options.secure,
    sameSite: "Strict",
    path: "/",
    expires: new Date(opened.expiresAt),
  });
  return opened;
}

function loginCookie(secure: boolean): string {
  return secure ? "__Host-millwright-login" : "millwright-login";
}

const noLoginService: Problem = {
  status: 404,
  detail: "This server has no login service.",
  toDo: "Log in with an API token: POST /auth/session. Whoever runs the server can configure `login`.",
};

const notBegunHere: Problem = {
  status: 400,
  detail: "This login was not begun in this browser, or too long ago.",
  toDo: "Begin again at /auth/login.",
};
