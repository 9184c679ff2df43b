import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { includes, type Role, type Roles, roles } from "../access/role.ts";
import type { Route, RouteEvent } from "../access/route.ts";
import { verbOf } from "../access/verb.ts";
import { base } from "./openapi.ts";
import { routes } from "./routes.ts";
import { testApi } from "./test-support.ts";

const name = (route: Route): string => `${route.method} ${route.path}`;

async function* noEvents(): AsyncGenerator<RouteEvent> {}

/**
 * Each route as it is, but for what it takes and does: only the door is tried. Where a route finds the environment by what it
 * is asked for, that is production here.
 */
function door(route: Route): Route {
  const place = typeof route.environment === "function" ? { environment: () => "production" } : {};
  const { params: _p, query: _q, ...kept } = route;
  const rest = { ...kept, cli: route.cli.replace(/ <.*/, "") };
  if (rest.kind === "events") return { ...rest, ...place, params: z.unknown(), query: z.unknown(), follow: noEvents };
  const { body: _b, versionOf: _v, ...answer } = rest;
  return {
    ...answer,
    ...place,
    params: z.unknown(),
    query: z.unknown(),
    body: z.unknown(),
    reply: z.unknown(),
    handle: async () => "done",
  };
}

const doors = routes.map(door);
const address = (route: Route): string => `${base}${route.path.replace(/\{\w+\}/g, "x")}`;
const api = await testApi(doors);
const observing = await testApi(doors, { mode: () => "observe" });
test.after(() => Promise.all([api.close(), observing.close()]));

const status = async (route: Route, as: Roles | undefined): Promise<number> =>
  (await api.ask(route.method, address(route), as)).status;

test("there are routes, each with a verb and an address of its own", () => {
  assert.ok(routes.length >= 7);
  for (const part of [name, (route: Route) => verbOf(route).words.join(" "), (route: Route) => route.cli]) {
    const found = routes.map(part);
    assert.deepEqual(found, [...new Set(found)]);
  }
});

test("a GET only reads, and nothing is written without a login", () => {
  for (const route of routes) {
    if (route.method === "GET") assert.equal(route.effect, "none", name(route));
    if (route.effect !== "none") assert.notEqual(route.role, "anyone", name(route));
  }
});

test("a route whose body holds a password says that it takes a secret, and no other does", () => {
  const answers = routes.filter((route) => route.kind === "answer");
  const holding = answers.filter(({ body }) => {
    if (body === undefined) return false;
    const schema = z.toJSONSchema(body, { io: "input", unrepresentable: "any" });
    return JSON.stringify(schema).includes('"format":"password"');
  });

  assert.ok(holding.length > 0);
  assert.deepEqual(
    holding,
    answers.filter(({ takesSecret }) => takesSecret === true),
  );
});

for (const route of doors) {
  const wanted = route.role;
  if (wanted === "anyone") continue;

  test(`${name(route)}: ${wanted} and above, where it belongs`, async () => {
    assert.equal(await status(route, undefined), 401);
    for (const role of roles) {
      const right = includes(role, wanted);
      assert.equal((await status(route, { "*": role })) < 400, right, `everywhere ${role}`);
      await tryOnePlace(route, role, right);
    }
  });

  test(`${name(route)}: in mode observe ${route.effect === "outside" ? "refused" : "answered"}`, async () => {
    const response = await observing.ask(route.method, address(route), { "*": "admin" });
    assert.equal(response.status === 403, route.effect === "outside");
  });
}

async function tryOnePlace(route: Route, role: Role, right: boolean): Promise<void> {
  const here = await status(route, { production: role });
  const elsewhere = await status(route, { staging: role });
  if (route.environment === undefined) {
    assert.deepEqual([here, elsewhere], [403, 403], `the platform as a whole, ${role} in one environment`);
  } else if (route.environment === "any") {
    assert.deepEqual([here < 400, elsewhere < 400], [right, right], `anywhere ${role}`);
  } else {
    assert.equal(here < 400, right, `here ${role}`);
    assert.equal(elsewhere, 403, `elsewhere ${role}`);
  }
}
