import assert from "node:assert/strict";
import { test } from "node:test";
import { followRenewals, listRenewals } from "../../calendar/renewals.ts";
import { calendarRoutes } from "../../calendar/routes.ts";
import { calendarService } from "../../calendar/service.ts";
import { instantOf } from "../../kernel/instant.ts";
import { endsOfProbed } from "../../live/renewals.ts";
import type { Observation } from "../../observations/observe.ts";
import { recordLooks } from "../../observations/store.ts";
import { defaultConfig } from "../../platform/config.ts";
import { Endpoint } from "../../platform/endpoint.ts";
import { all, testApi, testNow } from "../test-support.ts";
import { probedEnds } from "./probed-ends.ts";

const day = 86_400_000;
const inDays = (days: number) => instantOf(Date.parse(testNow) + days * day);

const endpoint = (component: string, url: string) =>
  Endpoint.parse({ environment: "production", component, system: "gitlab", settings: { url } });

function shown(component: string, daysLeft: number, subject = "certificate"): Observation {
  return {
    environment: "production",
    component,
    system: "gitlab",
    probe: "certificate",
    tells: "upkeep",
    at: testNow,
    subject,
    kind: "known",
    health: "healthy",
    value: daysLeft,
    evidence: "valid",
  };
}

test("a certificate that only an endpoint's probe sees is a renewal, listed and shown, and done once a later end is seen", async (t) => {
  const inForce = {
    config: { ...defaultConfig, environments: [{ name: "production" }] },
    stop: undefined,
  };
  const service = calendarService(() => inForce as never);
  const api = await testApi(calendarRoutes, { services: { need: <T>(): T => service as T } });
  t.after(() => api.close());
  const { store } = api;
  const endpoints = [endpoint("gitlab", "https://gitlab.example.org/"), endpoint("plain", "http://plain.example.org")];
  const look = async (daysLeft: number): Promise<void> => {
    const observations = [shown("gitlab", daysLeft), shown("gitlab", 2, "certificate/chain"), shown("plain", 3)];
    await recordLooks(store, [{ observations, everySeconds: 3600 }]);
    await followRenewals(store, await probedEnds(store, endpoints, testNow), testNow, async () => undefined);
  };

  await look(20);
  const [only, ...more] = await listRenewals(store);
  assert.deepEqual([only?.duty, only?.ends_at, more.length], ["renew/production/gitlab.example.org", inDays(20), 0]);

  const path = "/api/v1/duties/renew%2Fproduction%2Fgitlab.example.org";
  const reply = await api.ask("GET", path, all("viewer"));
  assert.equal(reply.status, 200, await reply.clone().text());
  const duty = (await reply.json()) as {
    readonly state: string;
    readonly turns: readonly { readonly state: string }[];
  };
  assert.deepEqual([duty.state, duty.turns.map(({ state }) => state)], ["due", ["due"]]);
  const said = await api.ask("POST", `${path}/complete`, all("operator"), { body: { evidence: "I did it, honestly" } });
  assert.equal(said.status, 409, await said.clone().text());
  const list = await api.ask("GET", "/api/v1/duties?state=due", all("viewer"));
  assert.match(await list.text(), /renew\/production\/gitlab\.example\.org/);
  const other = await api.ask("GET", "/api/v1/duties/renew%2Fproduction%2Fother", all("viewer"));
  assert.equal(other.status, 404);

  await look(80);
  const after = (await (await api.ask("GET", path, all("viewer"))).json()) as typeof duty;
  assert.deepEqual([after.state, after.turns.map(({ state }) => state)], ["waiting", ["done"]]);
});

test("what cert-manager keeps or an Ingress shows has its duty already, also by a wildcard; of two ends the first counts", () => {
  const probed = [
    { environment: "production", host: "a.example.org", notAfter: inDays(5) },
    { environment: "production", host: "b.apps.example.org", notAfter: inDays(5) },
    { environment: "production", host: "c.example.org:8443", notAfter: inDays(9) },
    { environment: "production", host: "c.example.org:8443", notAfter: inDays(7) },
    { environment: "staging", host: "a.example.org", notAfter: inDays(5) },
  ];
  const ends = endsOfProbed(probed, new Map([["production", ["a.example.org", "*.apps.example.org"]]]));
  assert.deepEqual(
    ends.map(({ duty, endsAt }) => [duty, endsAt]),
    [
      ["renew/production/c.example.org:8443", inDays(7)],
      ["renew/staging/a.example.org", inDays(5)],
    ],
  );
});
