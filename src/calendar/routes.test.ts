import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createToken, daysAfter } from "../access/tokens.ts";
import { all, type TestApi, testApi, testNow } from "../api/test-support.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { calendarRoutes } from "./routes.ts";
import { type CalendarInForce, calendarService } from "./service.ts";
import { tick } from "./tick.ts";
import { day, hour } from "./zone.ts";

const sunday = Date.UTC(2026, 10, 22);

let inForce: CalendarInForce = {
  config: {
    ...defaultConfig,
    platform: "ours",
    environments: [{ name: "staging" }, { name: "production" }],
  },
  freezes: [],
  stop: undefined,
};
const service = calendarService(() => inForce);

let api: TestApi;
let now: Instant = testNow;
/** After the duties were decided. */
const later = instantOf(Date.parse(testNow) + 2 * hour);
before(async () => {
  api = await testApi(calendarRoutes, {
    clock: { now: () => now },
    services: { need: <T>(): T => service as T },
  });
  for (const at of [instantOf(Date.parse(testNow) - 2 * hour), instantOf(Date.parse(testNow) + hour)])
    await tick(
      api.store,
      { calendar: service.compiled(at), stop: undefined, findings: undefined },
      at,
      async () => undefined,
      async () => undefined,
    );
});
after(() => api.close());

interface WorkSeen {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly detail?: string;
  readonly now?: { readonly mayStart: boolean; readonly whyNot: readonly string[]; readonly latestStart?: string };
}

/** Asks as a person of that name, who stands behind a token. */
async function askAs(
  name: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: WorkSeen; etag: string | null }> {
  const made = await createToken(api.store, now, {
    name: `token of ${name}`,
    roles: all("approver"),
    expiresAt: daysAfter(now, 1),
    createdBy: { kind: "person", id: "root", name: "root" },
    person: name,
  });
  const reply = await api.ask(method, path, undefined, {
    ...(body === undefined ? {} : { body }),
    headers: { authorization: `Bearer ${made.secret}`, ...headers },
  });
  return { status: reply.status, body: (await reply.json()) as WorkSeen, etag: reply.headers.get("etag") };
}

const asked = {
  title: "GitLab to 18.5",
  environment: "production",
  component: "gitlab",
  forwardMinutes: 90,
  rollbackMinutes: 60,
};

test("work goes from asked for to done: planned with its change request, approved by a second person, started in its window", async () => {
  now = testNow;
  const { body: made, status } = await askAs("ada", "POST", "/api/v1/work-orders", asked);
  assert.equal(status, 201, JSON.stringify(made));
  const path = `/api/v1/work-orders/${made.id}`;

  const unlinked = await askAs("ada", "POST", `${path}/plan`, {});
  assert.equal(unlinked.status, 422);
  const plan = await askAs("ada", "POST", `${path}/plan`, { changeRequest: "https://git.example/platform/issues/7" });
  assert.equal(plan.status, 200, JSON.stringify(plan.body));

  assert.equal((await askAs("ada", "POST", `${path}/approve`, { reason: "looked at the plan" })).status, 403);
  assert.equal((await askAs("grace", "POST", `${path}/approve`, { reason: "looked at the plan" })).status, 200);

  const early = await askAs("ada", "POST", `${path}/start`);
  assert.equal(early.status, 409);
  assert.match(early.body.detail ?? "", /the window is closed; the next with room opens 2026-11-22 02:00 UTC/);

  now = instantOf(sunday + 2 * hour);
  const stale = await askAs("ada", "POST", `${path}/start`);
  assert.match(stale.body.detail ?? "", /approval is unknown: its answer is too old/);
  await askAs("grace", "POST", `${path}/approve`, { reason: "looked at the plan again" });
  const seen = await askAs("ada", "GET", path);
  assert.equal(seen.body.now?.mayStart, true);
  assert.equal(seen.body.now.latestStart, "2026-11-22 03:30 UTC");

  const started = await askAs("ada", "POST", `${path}/start`);
  assert.equal(started.status, 200, JSON.stringify(started.body));
  assert.equal((await askAs("ada", "POST", `${path}/start`)).status, 409);
  now = instantOf(sunday + 3 * hour);
  const ended = await askAs("ada", "POST", `${path}/finish`, {
    outcome: "done",
    evidence: "the login and a push worked",
  });
  assert.equal(ended.body.state, "done");
  assert.deepEqual(
    api.recorded.filter(({ links }) => links?.["workOrder"] === made.id).map(({ task, kind }) => `${kind} ${task}`),
    [
      "work-order Asked for: GitLab to 18.5",
      "work-order Planned: GitLab to 18.5",
      "approval Approved: GitLab to 18.5",
      "approval Approved: GitLab to 18.5",
      "work-order Started by hand: GitLab to 18.5",
      "work-order Ended (done): GitLab to 18.5",
    ],
  );
  assert.equal(api.recorded.at(-1)?.links?.["changeRequest"], "https://git.example/platform/issues/7");
});

test("a changed plan loses its approval", async () => {
  now = testNow;
  const { body: made } = await askAs("ada", "POST", "/api/v1/work-orders", {
    ...asked,
    title: "Redis to 7.4",
    environment: "staging",
  });
  const path = `/api/v1/work-orders/${made.id}`;
  const link = { changeRequest: "https://git.example/platform/issues/8" };
  await askAs("ada", "POST", `${path}/plan`, link);
  await askAs("grace", "POST", `${path}/approve`, { reason: "looked at the plan" });
  await askAs("ada", "POST", `${path}/plan`, { ...link, forwardMinutes: 30 });

  const { body } = await askAs("ada", "GET", path);

  assert.ok(
    body.now?.whyNot.some((why) => why.includes("changed after it was approved")),
    JSON.stringify(body.now),
  );
});

test("work that was rolled back is to be planned again, with every gate to be answered anew", async () => {
  now = later;
  const { body: made } = await askAs("ada", "POST", "/api/v1/work-orders", {
    ...asked,
    title: "A quick look",
    disruptive: false,
    changes: false,
  });
  const path = `/api/v1/work-orders/${made.id}`;
  await askAs("ada", "POST", `${path}/plan`, {});
  await askAs("ada", "POST", `${path}/start`);

  const { body } = await askAs("ada", "POST", `${path}/finish`, {
    outcome: "rolled-back",
    evidence: "it did not help at all",
    rolledBackMinutes: 4,
  });

  assert.equal(body.state, "proposed");
});

test("somebody else's change in between is noticed", async () => {
  now = testNow;
  const { body: made } = await askAs("ada", "POST", "/api/v1/work-orders", { ...asked, title: "Keycloak to 26" });
  const path = `/api/v1/work-orders/${made.id}`;
  const { etag } = await askAs("ada", "GET", path);
  await askAs("grace", "POST", `${path}/cancel`, { reason: "we go to 27 at once" });

  const late = await askAs(
    "ada",
    "POST",
    `${path}/plan`,
    { changeRequest: "https://git.example/1" },
    { "if-match": etag ?? "" },
  );

  assert.equal(late.status, 412);
});

test("an emergency is written down and told, and the emergency stop still holds it", async () => {
  now = later;
  const { body: made } = await askAs("ada", "POST", "/api/v1/work-orders", { ...asked, title: "Put out the fire" });
  const path = `/api/v1/work-orders/${made.id}`;
  await askAs("ada", "POST", `${path}/emergency`, { reason: "the service is down for everyone" });
  await askAs("ada", "POST", `${path}/plan`, {});
  await askAs("grace", "POST", `${path}/approve`, { reason: "yes, at once please" });
  const before = inForce;
  inForce = { ...before, stop: { reason: "a person said so" } };

  const held = await askAs("ada", "POST", `${path}/start`);
  inForce = before;
  const started = await askAs("ada", "POST", `${path}/start`);

  assert.match(held.body.detail ?? "", /^It may not start: the emergency stop stands: a person said so\.$/);
  assert.equal(started.status, 200, JSON.stringify(started.body));
  assert.ok(api.recorded.some(({ kind, task }) => kind === "override" && task === "Emergency: Put out the fire"));
  assert.ok(api.noticed.some(({ severity, title }) => severity === "critical" && title.includes("Put out the fire")));
  await askAs("ada", "POST", `${path}/finish`, { outcome: "done", evidence: "the service is up again" });
});

test("a duty is done with evidence, and not without", async () => {
  now = instantOf(Date.parse(testNow) + 2 * hour);
  const bare = await api.ask("POST", "/api/v1/duties/daily-health/complete", all("operator"), {
    body: { evidence: "ok" },
  });
  const done = await api.ask("POST", "/api/v1/duties/daily-health/complete", all("operator"), {
    body: { evidence: "no new errors, backup of 03:00 is there" },
  });
  const again = await api.ask("POST", "/api/v1/duties/architecture-review/complete", all("operator"), {
    body: { evidence: "done before its time, in this quarter" },
  });
  const tooEarly = await api.ask("POST", "/api/v1/duties/disaster-recovery-test/complete", all("operator"), {
    body: { evidence: "not in this year any more" },
  });

  assert.equal(bare.status, 400);
  assert.equal(done.status, 200, await done.clone().text());
  assert.equal(again.status, 200);
  assert.equal(tooEarly.status, 409);
  assert.equal(api.recorded.filter(({ kind }) => kind === "attestation").length, 2);
});

test("duties are listed with what is due first, and the calendar with everything on it", async () => {
  now = instantOf(Date.parse(testNow) + 3 * hour);
  const duties = (await (await api.ask("GET", "/api/v1/duties", all("viewer"))).json()) as {
    items: { id: string; state: string; when: string }[];
  };
  const calendar = (await (await api.ask("GET", "/api/v1/calendar?to=2026-12-31T00:00:00Z", all("viewer"))).json()) as {
    items: { kind: string }[];
  };

  assert.ok(duties.items.length > 20);
  assert.equal(
    duties.items.find(({ id }) => id === "version-updates")?.when,
    "each month on the first Friday at 09:00 (UTC)",
  );
  assert.deepEqual(
    [...new Set(calendar.items.map(({ kind }) => kind))].toSorted((a, b) => (a < b ? -1 : 1)),
    ["duty", "window"],
  );
});

test("who may see one environment sees only its part of the calendar", async () => {
  const seen = (await (await api.ask("GET", "/api/v1/calendar", { staging: "viewer" })).json()) as {
    items: { environment?: string }[];
  };
  const orders = (await (await api.ask("GET", "/api/v1/work-orders?state=all", { staging: "viewer" })).json()) as {
    items: { environment?: string }[];
  };

  assert.deepEqual(new Set(seen.items.map(({ environment }) => environment)), new Set([undefined, "staging"]));
  assert.deepEqual([...new Set(orders.items.map(({ environment }) => environment))], ["staging"]);
});

test("the feed is a calendar and the simulation says what collides", async () => {
  const feed = await api.ask("GET", "/api/v1/calendar.ics", all("viewer"));
  const played = (await (await api.ask("GET", "/api/v1/simulate", all("viewer"))).json()) as {
    collisions: { title: string }[];
  };

  assert.match(feed.headers.get("content-type") ?? "", /text\/calendar/);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n/);
  assert.ok(played.collisions.some(({ title }) => title.startsWith("production: findings")));
});

test("a stretch of time that is none is refused", async () => {
  const backwards = await api.ask(
    "GET",
    "/api/v1/calendar?from=2026-12-31T00:00:00Z&to=2026-12-01T00:00:00Z",
    all("viewer"),
  );
  const endless = await api.ask(
    "GET",
    `/api/v1/calendar?to=${instantOf(Date.parse(testNow) + 4000 * day)}`,
    all("viewer"),
  );

  assert.equal(backwards.status, 422);
  assert.equal(endless.status, 422);
});
