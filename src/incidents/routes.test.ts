import assert from "node:assert/strict";
import { after, test } from "node:test";
import { all, testApi } from "../api/test-support.ts";
import { portsOf } from "./ports.test-support.ts";
import { incidentRoutes } from "./routes.ts";

const ports = portsOf([{}]);
const api = await testApi(incidentRoutes, {
  // Incidents touch only our own database and people: they work where nothing else may be changed.
  mode: () => "observe",
  services: { need: <T>(): T => ports as T },
});
after(() => api.close());

const operator = { production: "operator" } as const;
const post = (path: string, as: Parameters<typeof api.ask>[2], body?: unknown, headers = {}) =>
  api.ask("POST", `/api/v1/incidents${path}`, as, { headers, ...(body === undefined ? {} : { body }) });

async function open(environment = "production"): Promise<number> {
  const reply = await post(
    "",
    { [environment]: "operator" },
    { title: "GitLab is down", severity: "critical", kind: "outage", environment },
  );
  assert.equal(reply.status, 201);
  return ((await reply.json()) as { id: number }).id;
}

test("an incident is opened, worked through and closed by its routes, in mode observe", async () => {
  const id = await open();
  const steps = [
    ["acknowledge", undefined],
    ["notes", { text: "Gitaly has no disk left." }],
    ["resolve", { text: "Made room." }],
    ["close", {}],
    [
      "review",
      { answers: ["a", "b", "c", "d", "e"], actions: [{ what: "Alert earlier", who: "Bo", until: "2026-12-24" }] },
    ],
    ["close", {}],
  ] as const;
  const statuses: number[] = [];
  for (const [step, body] of steps) statuses.push((await post(`/${id}/${step}`, operator, body)).status);

  assert.deepEqual(statuses, [200, 200, 200, 409, 200, 200]);
  const shown = await (await api.ask("GET", `/api/v1/incidents/${id}`, { production: "viewer" })).json();
  assert.partialDeepStrictEqual(shown, {
    state: "closed",
    closingBlockers: [],
    review: { actions: [{ debt: "debt-1" }] },
  });
  assert.deepEqual(
    api.noticed.map(({ page }) => page?.action),
    ["trigger", "acknowledge", "resolve"],
  );
});

test("what stands against closing it is shown before anybody tries", async () => {
  const id = await open();
  const shown = (await (await api.ask("GET", `/api/v1/incidents/${id}`, all("viewer"))).json()) as {
    closingBlockers: string[];
  };

  assert.equal(shown.closingBlockers.length, 3);
});

test("others' environments are neither seen nor touched", async () => {
  const id = await open("staging");
  const listed = (await (await api.ask("GET", "/api/v1/incidents", operator)).json()) as {
    items: { environment: string }[];
  };

  assert.equal(
    listed.items.some(({ environment }) => environment === "staging"),
    false,
  );
  assert.equal((await api.ask("GET", `/api/v1/incidents/${id}`, operator)).status, 403);
  assert.equal((await post(`/${id}/acknowledge`, operator)).status, 403);
  assert.equal((await post("/99999/acknowledge", operator)).status, 404);
});

test("an override asks for an approver and leaves a debt", async () => {
  const id = await open();
  const body = { what: "Upgrade outside the window", reason: "it is being exploited" };

  assert.equal((await post(`/${id}/override`, operator, body)).status, 403);
  assert.equal((await post(`/${id}/override`, { production: "approver" }, body)).status, 200);
  assert.equal(ports.debts.at(-1)?.incident, id);
});

test("of two who act on the same look, the second is told to look again", async () => {
  const id = await open();
  const seen = (await api.ask("GET", `/api/v1/incidents/${id}`, operator)).headers.get("etag") ?? "";

  const first = await post(`/${id}/acknowledge`, operator, undefined, { "if-match": seen });
  const second = await post(`/${id}/resolve`, operator, { text: "It is over." }, { "if-match": seen });

  assert.deepEqual([first.status, second.status], [200, 412]);
});

test("one that begins tomorrow, or without a title, is refused", async () => {
  const tomorrow = { title: "GitLab is down", environment: "production", beganAt: "2027-01-01T00:00:00Z" };

  assert.equal((await post("", operator, tomorrow)).status, 422);
  assert.equal((await post("", operator, { environment: "production" })).status, 400);
});

test("incidents are found by a text, and counted where that is asked", async () => {
  const body = { title: "Disk 100% full", environment: "production", component: "gitaly" };
  assert.equal((await post("", operator, body)).status, 201);
  const found = async (query: string, as: Parameters<typeof api.ask>[2] = operator) =>
    (await (await api.ask("GET", `/api/v1/incidents?${query}`, as)).json()) as {
      readonly items: readonly { readonly title: string }[];
      readonly total?: number;
    };

  assert.deepEqual(
    (await found("text=100%25")).items.map(({ title }) => title),
    ["Disk 100% full"],
  );
  assert.equal((await found("text=GITALY&total=true")).total, 1);
  assert.equal((await found("text=1_0&total=true")).total, 0, "signs of a pattern mean nothing");
  assert.equal((await found("text=gitaly&total=true", { staging: "viewer" })).total, 0);
  assert.equal((await found("environment=production&text=gitaly&total=true", all("viewer"))).total, 1);
  assert.equal((await found("environment=staging&text=gitaly&total=true", all("viewer"))).total, 0);
  assert.equal((await found("environment=production&total=true", { staging: "viewer" })).total, 0);
  const page = await found("limit=1&total=true");
  assert.equal(page.items.length, 1);
  assert.equal(page.total, (await found("limit=200")).items.length);
  assert.equal((await found("limit=1")).total, undefined);
});
