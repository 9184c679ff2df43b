import { randomUUID } from "node:crypto";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { NONCE, secureHeaders } from "hono/secure-headers";
import { anonymous } from "../access/role.ts";
import type { Route, RouteContext } from "../access/route.ts";
import { csrfTokenOf } from "../access/sessions.ts";
import { TokenCheck } from "../access/tokens.ts";
import { verbOf } from "../access/verb.ts";
import { answer, keptAnswers } from "./answer.ts";
import { authenticate, type Caller, isProblem } from "./authenticate.ts";
import { mayCall } from "./call.ts";
import { consoleRoutes } from "./console.ts";
import { events } from "./events.ts";
import { healthRoutes } from "./health-routes.ts";
import { isGenuine } from "./hooks.ts";
import { loginRoutes } from "./login.ts";
import { base, openApi } from "./openapi.ts";
import type { ApiOptions } from "./options.ts";
import { problemOf, reply } from "./problem.ts";
import { RateLimit } from "./rate-limit.ts";
import { readJson } from "./read-json.ts";

/** No call has a reason to send more. */
const largestBody = 1_000_000;

interface Env {
  Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  Variables: { requestId: string; caller: Caller; route: string };
}

/** The whole of HTTP: health, logins, hooks and the routes of every capability, behind one door. */
export function createApp(options: ApiOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(observed(options));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", NONCE],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
      crossOriginResourcePolicy: "same-origin",
      strictTransportSecurity: options.secure ? "max-age=31536000; includeSubDomains" : false,
    }),
  );
  app.use(bodyLimit({ maxSize: largestBody, onError: (c) => reply(c, tooLarge) }));
  app.onError((thrown, c) => {
    const problem = problemOf(thrown);
    if (problem.status >= 500)
      options.log({
        level: "error",
        message: thrown.message,
        requestId: c.get("requestId"),
        ...(problem.status === 500 ? { stack: thrown.stack } : {}),
      });
    return reply(c, problem);
  });
  app.notFound((c) =>
    reply(c, { status: 404, detail: "There is nothing at this address.", toDo: `See ${base}/openapi.json` }),
  );
  app.route("/", healthRoutes(options));
  addHooks(app, options);
  const identified = identify(options);
  app.use("/auth/*", identified);
  app.route("/auth", loginRoutes(options));
  addRoutes(app, options, identified);
  if (options.console !== undefined) app.route("/", consoleRoutes(options.console));
  return app;
}

/** Names the call, counts it, and writes its line: never the query, which may hold what is nobody's business. */
function observed(options: ApiOptions): MiddlewareHandler<Env> {
  return async (c, next) => {
    const begun = performance.now();
    c.set("requestId", randomUUID());
    c.set("route", "other");
    c.header("x-request-id", c.get("requestId"));
    await next();
    const seconds = (performance.now() - begun) / 1000;
    options.metrics.answered({ method: c.req.method, route: c.get("route"), status: c.res.status, seconds });
    const actor = c.get("caller")?.principal.actor.id;
    options.log({
      level: "info",
      message: `${c.req.method} ${c.req.path} ${c.res.status}`,
      requestId: c.get("requestId"),
      seconds: Math.round(seconds * 1000) / 1000,
      ...(actor === undefined ? {} : { actor }),
    });
  };
}

/** Finds out who calls, and lets nobody call too often. */
function identify(options: ApiOptions): MiddlewareHandler<Env> {
  const tokens = new TokenCheck();
  const calls = new RateLimit(options.limits.perPrincipal);
  const failures = new RateLimit(options.limits.failures);
  return async (c, next) => {
    const now = options.clock.now();
    const millis = Date.parse(now);
    const address = addressOf(c, options.behindProxy);
    const patience = failures.wait(address, millis);
    if (patience > 0)
      return reply(c, tooMany(patience, "Too many wrong tokens or failed logins came from this address."));
    const caller = await authenticate(c, options, tokens, now);
    if (isProblem(caller)) {
      failures.take(address, millis);
      options.metrics.refusedLogin();
      return reply(c, caller);
    }
    c.set("caller", caller);
    const wait = calls.take(caller.kind === "nobody" ? `address:${address}` : caller.principal.actor.id, millis);
    if (wait > 0) return reply(c, tooMany(wait, "You ask more often than this server answers."));
    await next();
    if (c.req.path === "/auth/callback" && c.res.status >= 400) {
      failures.take(address, millis);
      options.metrics.refusedLogin();
    }
    if (caller.kind === "session") c.header("x-csrf-token", csrfTokenOf(caller.cookie));
    return undefined;
  };
}

function addRoutes(app: Hono<Env>, options: ApiOptions, identified: MiddlewareHandler<Env>): void {
  let document: string | undefined;
  app.get(`${base}/openapi.json`, (c) => {
    document ??= JSON.stringify(openApi(options.routes, options.version));
    return c.body(document, 200, { "content-type": "application/json; charset=utf-8" });
  });
  app.use(`${base}/*`, identified);
  const answering = { ...options, answers: keptAnswers() };
  for (const route of options.routes) {
    const path = `${base}${route.path.replace(/\{(\w+)\}/g, ":$1")}`;
    app.on(route.method, path, handlerOf(route, answering));
  }
}

function handlerOf(route: Route, options: Parameters<typeof answer>[3]): (c: Context<Env>) => Promise<Response> {
  const verb = verbOf(route);
  return async (c) => {
    c.set("route", route.path);
    const now = options.clock.now();
    const call = { caller: c.get("caller"), now, approvers: options.approvers() };
    const problem = mayCall(c, { ...call, route }, options);
    if (problem !== undefined) return reply(c, problem);
    const context: RouteContext = {
      principal: call.caller.principal,
      store: options.store,
      now,
      record: options.record,
      notify: options.notify,
      services: options.services,
      ifMatch: undefined,
      signal: AbortSignal.any([c.req.raw.signal, options.stopping]),
    };
    return route.kind === "events"
      ? events(c, { ...call, route }, context, options)
      : answer(c, { ...call, route, verb }, context, options);
  };
}

function addHooks(app: Hono<Env>, options: ApiOptions): void {
  const failures = new RateLimit(options.limits.failures);
  app.post("/hooks/:name", async (c) => {
    c.set("route", "/hooks/{name}");
    c.set("caller", { kind: "nobody", principal: anonymous });
    const address = addressOf(c, options.behindProxy);
    const millis = Date.parse(options.clock.now());
    const patience = failures.wait(address, millis);
    if (patience > 0) return reply(c, tooMany(patience, "Too many unsigned messages came from this address."));
    const hook = options.hooks.find(({ name }) => name === c.req.param("name"));
    const body = await c.req.text();
    const headers = { get: (name: string) => c.req.header(name) };
    if (hook === undefined || !isGenuine(hook.kind, await hook.secret(), headers, body, options.clock.now())) {
      failures.take(address, millis);
      return reply(c, {
        status: 401,
        detail: "This message is not signed as this hook asks for, or there is no such hook.",
        toDo: "Compare the secret there with the one that `webhooks` names in the server's configuration.",
      });
    }
    const read = readJson(body);
    if (read.kind !== "read")
      return reply(c, { status: 400, detail: `The message is not JSON: ${read.problem}.`, toDo: "Send JSON." });
    await hook.receive(read.value);
    return c.json({ taken: true }, 202);
  });
}

/** Behind a proxy the last address of `X-Forwarded-For` is the one it wrote; those before it anybody may have. */
function addressOf(c: Context<Env>, behindProxy: boolean): string {
  const forwarded = behindProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded ?? c.env?.incoming?.socket?.remoteAddress ?? "unknown";
}

const tooLarge = {
  status: 413,
  detail: `The body is larger than ${largestBody / 1_000_000} MB; it was not read.`,
  toDo: "Send less.",
} as const;

function tooMany(seconds: number, detail: string) {
  return {
    status: 429,
    detail,
    toDo: `Wait ${seconds} s.`,
    headers: { "retry-after": String(seconds) },
  } as const;
}
