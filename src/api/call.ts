import type { Context } from "hono";
import * as z from "zod";
import { type Approver, mayApprove } from "../access/approvers.ts";
import { Refusal } from "../access/refusal.ts";
import { mayUse, mayUseSomewhere, type Role } from "../access/role.ts";
import type { Route, RouteContext, RouteInput } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Caller } from "./authenticate.ts";
import { isForgeable } from "./authenticate.ts";
import type { ApiOptions } from "./options.ts";
import type { Fault, Problem } from "./problem.ts";
import { readJson, unfit } from "./read-json.ts";

/** One call of a route, as far as it is known before the route is asked. */
export interface Call {
  readonly route: Route;
  readonly caller: Caller;
  readonly now: Instant;
  /** Whom the configuration lets approve. */
  readonly approvers: readonly Approver[];
}

/** What can be said no to without reading what was sent. */
export function mayCall(c: Context, { route, caller }: Call, options: ApiOptions): Problem | undefined {
  const { role } = route;
  if (role !== "anyone") {
    if (caller.kind === "nobody") return notLoggedIn;
    const held =
      route.environment === undefined
        ? mayUse(caller.principal, role, undefined)
        : mayUseSomewhere(caller.principal, role);
    if (!held) return lacks(role, route.environment === undefined ? undefined : "any environment");
  }
  if (route.method !== "GET" && isForgeable(caller, c.req.header("x-csrf-token")))
    return {
      status: 403,
      detail: "This call came with a login of a browser, and without the proof that a page of ours sent it.",
      toDo: "Send the header X-CSRF-Token with what GET /api/v1/me answers in it.",
    };
  if (route.effect === "outside" && options.mode() === "observe")
    return {
      status: 403,
      detail: "This server is in mode observe: it changes nothing outside of itself.",
      toDo: "Whoever runs it can set `mode: act` (or shadow) in its configuration.",
    };
  return undefined;
}

/** Whether the role is held where the call belongs; for `any` the route itself looks. */
export async function mayCallHere(
  { route, caller, approvers }: Call,
  input: RouteInput,
  context: RouteContext,
): Promise<Problem | Refusal | undefined> {
  const { role, environment } = route;
  if (role === "anyone" || environment === undefined || environment === "any") return undefined;
  const place = await environment(input as never, context);
  if (place instanceof Refusal) return place;
  if (!mayUse(caller.principal, role, place)) return lacks(role, place);
  return role === "approver" && !mayApprove(caller.principal, place, approvers) ? notNamed(place) : undefined;
}

/** The call's input by the route's schemas, or everything that is wrong with it. */
export async function readInput(c: Context, route: Route): Promise<RouteInput | Problem> {
  const sent = await readBody(c, route);
  if ("status" in sent) return sent;
  const query = Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
  const params = c.req.param() as Readonly<Record<string, string>>;
  for (const [name, value] of Object.entries({ params, query })) {
    const fault = unfit(value, name);
    if (fault !== undefined) return badInput([fault]);
  }
  const faults: Fault[] = [];
  const input = {
    params: held(route.params, params, "params", faults),
    query: held(route.query, query, "query", faults),
    body: route.kind === "answer" ? held(route.body, sent.body, "body", faults) : undefined,
  };
  return faults.length === 0 ? input : badInput(faults);
}

async function readBody(c: Context, route: Route): Promise<{ readonly body: unknown } | Problem> {
  if (route.method === "GET") return { body: undefined };
  const text = await c.req.text();
  if (text.trim() === "") return { body: undefined };
  if (route.body === undefined) return badInput([{ where: "body", problem: "this call takes none" }]);
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(c.req.header("content-type") ?? ""))
    return { status: 415, detail: "The body is not said to be JSON.", toDo: "Send content-type: application/json." };
  return jsonOf(text);
}

function jsonOf(text: string): { readonly body: unknown } | Problem {
  const read = readJson(text);
  switch (read.kind) {
    case "read":
      return { body: read.value };
    case "refused":
      return badInput([read]);
    case "malformed":
      return {
        status: 400,
        detail: `The body is not JSON: ${read.problem}, line ${read.line}, column ${read.column}.`,
        toDo: "Correct it there and send it again.",
        errors: [{ where: `body:${read.line}:${read.column}`, problem: read.problem }],
      };
  }
}

const nothing = z.undefined();
const noFields = z.object({});
/** Made once: a schema is compiled when it is used first. */
const stricter = new WeakMap<z.ZodType, z.ZodType>();

function strictly(schema: z.ZodType): z.ZodType {
  const before = stricter.get(schema);
  if (before !== undefined) return before;
  const made = schema instanceof z.ZodObject ? schema.strict() : schema;
  stricter.set(schema, made);
  return made;
}

/** Fields that are not known are refused: a misspelt filter must not silently be none. */
function held(schema: z.ZodType | undefined, value: unknown, place: string, faults: Fault[]): unknown {
  const strict = place === "body" ? (schema ?? nothing) : strictly(schema ?? noFields);
  const result = strict.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues.slice(0, 20))
    faults.push({ where: [place, ...issue.path.map(String)].join("."), problem: issue.message });
  return undefined;
}

function badInput(errors: readonly Fault[]): Problem {
  const [first] = errors;
  return {
    status: 400,
    detail: `${first?.where}: ${first?.problem}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""}.`,
    toDo: "Correct what `errors` lists; /api/v1/openapi.json says what each call takes.",
    errors,
  };
}

const notLoggedIn: Problem = {
  status: 401,
  detail: "This call needs a login.",
  toDo: "Send an API token (Authorization: Bearer mw_…), or log in at /auth/login.",
  headers: { "www-authenticate": "Bearer" },
};

function notNamed(place: string | undefined): Problem {
  return {
    status: 403,
    detail: `The server's configuration names who may approve in ${place ?? "the platform as a whole"}, and you are not among them.`,
    toDo: `Ask one of them; if nobody can be reached: millwright emergency take ${place ?? "ENVIRONMENT"}`,
  };
}

function lacks(role: Role, place: string | undefined): Problem {
  return {
    status: 403,
    detail: `This call needs the role ${role} in ${place ?? "the platform as a whole"}.`,
    toDo: "See what you have: millwright me. An administrator gives roles in the server's configuration, or with a token.",
  };
}
