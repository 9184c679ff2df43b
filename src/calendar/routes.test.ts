import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { all, testNow } from "../api/test-support.ts";
import { instantOf } from "../kernel/instant.ts";
import { type CalendarApi, calendarApi } from "./api.test-support.ts";
import { hour } from "./zone.ts";

let world: CalendarApi;
before(async () => {
  world = await calendarApi();
});
after(() => world.api.close());

const sunday = Date.UTC(2026, 10, 22);
/** After the duties were decided. */
const later = instantOf(Date.parse(testNow) + 2 * hour);

const asked = {
  title: "GitLab to 18.5",
  environment: "production",
  component: "gitlab",
  forwardMinutes: 90,
  rollbackMinutes: 60,
};

test("work goes from asked for to done: planned with its change request, approved by a second person, started in its window", async () => {
  world.now = testNow;
  const { body: made, status } = await world.askAs("ada", "POST", "/api/v1/work-orders", asked);
  assert.equal(status, 201, JSON.stringify(made));
  const path = `/api/v1/work-orders/${made.id}`;

  const unlinked = await world.askAs("ada", "POST", `${path}/plan`, {});
  assert.equal(unlinked.status, 422);
  const plan = await world.askAs("ada", "POST", `${path}/plan`, {
    changeRequest: "https://git.example/platform/issues/7",
  });
  assert.equal(plan.status, 200, JSON.stringify(plan.body));

  assert.equal((await world.askAs("ada", "POST", `${path}/approve`, { reason: "looked at the plan" })).status, 403);
  assert.equal((await world.askAs("grace", "POST", `${path}/approve`, { reason: "looked at the plan" })).status, 200);

  const early = await world.askAs("ada", "POST", `${path}/start`);
  assert.equal(early.status, 409);
  assert.match(early.body.detail ?? "", /the window is closed; the next with room opens 2026-11-22 02:00 UTC/);

  world.now = instantOf(sunday + 2 * hour);
  const stale = await world.askAs("ada", "POST", `${path}/start`);
  assert.match(stale.body.detail ?? "", /approval is unknown: its answer is too old/);
  await world.askAs("grace", "POST", `${path}/approve`, { reason: "looked at the plan again" });
  const seen = await world.askAs("ada", "GET", path);
  assert.equal(seen.body.now?.mayStart, true);
  assert.equal(seen.body.now.latestStart, "2026-11-22 03:30 UTC");

  const started = await world.askAs("ada", "POST", `${path}/start`);
  assert.equal(started.status, 200, JSON.stringify(started.body));
  assert.equal((await world.askAs("ada", "POST", `${path}/start`)).status, 409);
  world.now = instantOf(sunday + 3 * hour);
  const ended = await world.askAs("ada", "POST", `${path}/finish`, {
    outcome: "done",
    evidence: "the login and a push worked",
  });
  assert.equal(ended.body.state, "done");
  assert.deepEqual(
    world.api.recorded
      .filter(({ links }) => links?.["workOrder"] === made.id)
      .map(({ task, kind }) => `${kind} ${task}`),
    [
      "work-order Asked for: GitLab to 18.5",
      "work-order Planned: GitLab to 18.5",
      "approval Approved: GitLab to 18.5",
      "approval Approved: GitLab to 18.5",
      "work-order Started by hand: GitLab to 18.5",
      "work-order Ended (done): GitLab to 18.5",
    ],
  );
  assert.equal(world.api.recorded.at(-1)?.links?.["changeRequest"], "https://git.example/platform/issues/7");
});

test("a changed plan loses its approval", async () => {
  world.now = testNow;
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", {
    ...asked,
    title: "Redis to 7.4",
    environment: "staging",
  });
  const path = `/api/v1/work-orders/${made.id}`;
  const link = { changeRequest: "https://git.example/platform/issues/8" };
  await world.askAs("ada", "POST", `${path}/plan`, link);
  await world.askAs("grace", "POST", `${path}/approve`, { reason: "looked at the plan" });
  await world.askAs("ada", "POST", `${path}/plan`, { ...link, forwardMinutes: 30 });

  const { body } = await world.askAs("ada", "GET", path);

  assert.ok(
    body.now?.whyNot.some((why) => why.includes("changed after it was approved")),
    JSON.stringify(body.now),
  );
});

test("work that was rolled back is to be planned again, with every gate to be answered anew", async () => {
  world.now = later;
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", {
    ...asked,
    title: "A quick look",
    disruptive: false,
    changes: false,
  });
  const path = `/api/v1/work-orders/${made.id}`;
  await world.askAs("ada", "POST", `${path}/plan`, {});
  await world.askAs("ada", "POST", `${path}/start`);

  const { body } = await world.askAs("ada", "POST", `${path}/finish`, {
    outcome: "rolled-back",
    evidence: "it did not help at all",
    rolledBackMinutes: 4,
  });

  assert.equal(body.state, "proposed");
});

test("somebody else's change in between is noticed", async () => {
  world.now = testNow;
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", { ...asked, title: "Keycloak to 26" });
  const path = `/api/v1/work-orders/${made.id}`;
  const { etag } = await world.askAs("ada", "GET", path);
  await world.askAs("grace", "POST", `${path}/cancel`, { reason: "we go to 27 at once" });

  const late = await world.askAs(
    "ada",
    "POST",
    `${path}/plan`,
    { changeRequest: "https://git.example/1" },
    { "if-match": etag ?? "" },
  );

  assert.equal(late.status, 412);
});

test("an emergency is written down and told, and the emergency stop still holds it", async () => {
  world.now = later;
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", {
    ...asked,
    title: "Put out the fire",
  });
  const path = `/api/v1/work-orders/${made.id}`;
  await world.askAs("ada", "POST", `${path}/emergency`, { reason: "the service is down for everyone" });
  await world.askAs("ada", "POST", `${path}/plan`, {});
  await world.askAs("grace", "POST", `${path}/approve`, { reason: "yes, at once please" });
  const usual = world.inForce;
  world.inForce = { ...usual, stop: { reason: "a person said so" } };

  const held = await world.askAs("ada", "POST", `${path}/start`);
  world.inForce = usual;
  const started = await world.askAs("ada", "POST", `${path}/start`);

  assert.match(held.body.detail ?? "", /^It may not start: the emergency stop stands: a person said so\.$/);
  assert.equal(started.status, 200, JSON.stringify(started.body));
  assert.ok(world.api.recorded.some(({ kind, task }) => kind === "override" && task === "Emergency: Put out the fire"));
  assert.ok(
    world.api.noticed.some(({ severity, title }) => severity === "critical" && title.includes("Put out the fire")),
  );
  await world.askAs("ada", "POST", `${path}/finish`, { outcome: "done", evidence: "the service is up again" });
});

test("planned work has a silence of its own time and component; work without a time has none", async () => {
  world.now = testNow;
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", { ...asked, title: "Argo CD to 3.2" });
  const path = `/api/v1/work-orders/${made.id}`;
  const none = await world.askAs("ada", "GET", `${path}/silence`);
  await world.askAs("ada", "POST", `${path}/plan`, {
    changeRequest: "https://git.example/1",
    notBefore: "2026-11-29T02:00:00Z",
  });

  const silence = (await (await world.api.ask("GET", `${path}/silence`, all("viewer"))).json()) as {
    startsAt: string;
    endsAt: string;
  };
  const mutes = (await (await world.api.ask("GET", "/api/v1/calendar/mutes?receiver=team", all("viewer"))).json()) as {
    routes: { matchers: string[] }[];
  };

  assert.equal(none.status, 409);
  assert.deepEqual([silence.startsAt, silence.endsAt], ["2026-11-29T02:00:00.000Z", "2026-11-29T04:30:00.000Z"]);
  assert.deepEqual(
    mutes.routes.map(({ matchers }) => matchers),
    [['environment="production"', 'component="gitlab"', 'severity!="critical"']],
  );
});

test("a link with a password in it, a text with a zero byte and a moment of another age are refused, not kept", async () => {
  world.now = testNow;
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", { ...asked, title: "Refused things" });
  const path = `/api/v1/work-orders/${made.id}`;
  const bad: readonly (readonly [string, unknown])[] = [
    ["plan", { changeRequest: "https://ada:secret@git.example/1" }],
    ["plan", { changeRequest: "" }],
    ["plan", { changeRequest: "javascript:alert(1)" }],
    ["plan", { changeRequest: "https://git.example/1", notBefore: "0000-01-01T00:00:00Z" }],
    ["cancel", { reason: "with a zero \u0000 byte" }],
    ["cancel", { reason: "with half a character \ud800" }],
  ];

  for (const [step, body] of bad)
    assert.equal((await world.askAs("ada", "POST", `${path}/${step}`, body)).status, 400, JSON.stringify(body));

  assert.equal((await world.askAs("ada", "GET", path)).body.version, 1);
});

test("work is listed the worst first, then what runs out first, page after page", async () => {
  world.now = later;
  const soon = "2099-01-01T00:00:00Z";
  const made = [
    { title: "Ranked: nothing said" },
    { title: "Ranked: low", severity: "low" },
    { title: "Ranked: high, some day", severity: "high" },
    { title: "Ranked: critical", severity: "critical" },
    { title: "Ranked: high, soon", severity: "high", deadline: soon },
  ];
  for (const one of made) await world.askAs("ada", "POST", "/api/v1/work-orders", { ...asked, ...one });

  const seen: string[] = [];
  let cursor: string | undefined = "";
  while (cursor !== undefined) {
    const path: string = `/api/v1/work-orders?text=Ranked&limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const { status, body } = await world.askAs("ada", "GET", path);
    assert.equal(status, 200);
    const { items, next } = body as unknown as { readonly items: readonly { title: string }[]; readonly next?: string };
    seen.push(...items.map(({ title }) => title.replace("Ranked: ", "")));
    cursor = next;
  }

  assert.deepEqual(seen, ["critical", "high, soon", "high, some day", "low", "nothing said"]);
});
