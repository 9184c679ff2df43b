import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { all, testNow } from "../api/test-support.ts";
import { instantOf } from "../kernel/instant.ts";
import { type CalendarApi, calendarApi } from "./api.test-support.ts";
import { day, hour } from "./zone.ts";

let world: CalendarApi;
before(async () => {
  world = await calendarApi();
});
after(() => world.api.close());

test("a duty is done with evidence, and not without", async () => {
  world.now = instantOf(Date.parse(testNow) + 2 * hour);
  const bare = await world.api.ask("POST", "/api/v1/duties/daily-health/complete", all("operator"), {
    body: { evidence: "ok" },
  });
  const done = await world.api.ask("POST", "/api/v1/duties/daily-health/complete", all("operator"), {
    body: { evidence: "no new errors, backup of 03:00 is there" },
  });
  const again = await world.api.ask("POST", "/api/v1/duties/architecture-review/complete", all("operator"), {
    body: { evidence: "done before its time, in this quarter" },
  });
  const tooEarly = await world.api.ask("POST", "/api/v1/duties/disaster-recovery-test/complete", all("operator"), {
    body: { evidence: "not in this year any more" },
  });

  assert.equal(bare.status, 400);
  assert.equal(done.status, 200, await done.clone().text());
  assert.equal(again.status, 200);
  assert.equal(tooEarly.status, 409);
  assert.equal(world.api.recorded.filter(({ kind }) => kind === "attestation").length, 2);
});

test("duties are listed with what is due first, and the calendar with everything on it", async () => {
  world.now = instantOf(Date.parse(testNow) + 3 * hour);
  const duties = (await (await world.api.ask("GET", "/api/v1/duties", all("viewer"))).json()) as {
    items: { id: string; state: string; when: string }[];
  };
  const calendar = (await (
    await world.api.ask("GET", "/api/v1/calendar?to=2026-12-31T00:00:00Z", all("viewer"))
  ).json()) as {
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
  for (const environment of ["staging", "production"])
    await world.askAs("ada", "POST", "/api/v1/work-orders", { title: "Something to do", environment });

  const seen = (await (await world.api.ask("GET", "/api/v1/calendar", { staging: "viewer" })).json()) as {
    items: { environment?: string }[];
  };
  const orders = (await (
    await world.api.ask("GET", "/api/v1/work-orders?state=all", { staging: "viewer" })
  ).json()) as {
    items: { environment?: string }[];
  };

  assert.deepEqual(new Set(seen.items.map(({ environment }) => environment)), new Set([undefined, "staging"]));
  assert.deepEqual([...new Set(orders.items.map(({ environment }) => environment))], ["staging"]);
});

test("the feed is a calendar and the simulation says what collides", async () => {
  const feed = await world.api.ask("GET", "/api/v1/calendar.ics", all("viewer"));
  const played = (await (await world.api.ask("GET", "/api/v1/simulate", all("viewer"))).json()) as {
    collisions: { title: string }[];
  };

  assert.match(feed.headers.get("content-type") ?? "", /text\/calendar/);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n/);
  assert.ok(played.collisions.some(({ title }) => title.startsWith("production: findings")));
});

test("the feed shows each change of a work order at once, to those alone who may see it", async () => {
  world.now = instantOf(Date.parse(testNow) + 3 * hour);
  const feed = async (roles: Parameters<typeof world.api.ask>[2]): Promise<string> =>
    (await world.api.ask("GET", "/api/v1/calendar.ics", roles)).text();
  const before = await feed(all("viewer"));
  assert.equal(await feed(all("viewer")), before);
  const asked = { title: "Redis to 8", environment: "production", forwardMinutes: 30, rollbackMinutes: 30 };
  const { body: made } = await world.askAs("ada", "POST", "/api/v1/work-orders", asked);
  const plan = (notBefore: string) =>
    world.askAs("ada", "POST", `/api/v1/work-orders/${made.id}/plan`, {
      changeRequest: "https://git.example/platform/issues/9",
      notBefore,
    });

  assert.equal((await plan("2026-12-06T02:00:00Z")).status, 200);
  assert.match(await feed(all("viewer")), /DTSTART:20261206T020000Z\r\nDTEND:20261206T023000Z\r\nSUMMARY:Redis to 8/);
  assert.equal((await plan("2026-12-13T02:00:00Z")).status, 200);
  const moved = await feed(all("viewer"));
  assert.match(moved, /DTSTART:20261213T020000Z\r\nDTEND:20261213T023000Z\r\nSUMMARY:Redis to 8/);
  assert.doesNotMatch(moved, /DTSTART:20261206T020000Z\r\nDTEND:20261206T023000Z/);
  assert.doesNotMatch(await feed({ staging: "viewer" }), /Redis to 8|production/);
  assert.equal(await feed(all("viewer")), moved, "what others may see is not what one is given");
});

test("a stretch of time that is none is refused", async () => {
  const backwards = await world.api.ask(
    "GET",
    "/api/v1/calendar?from=2026-12-31T00:00:00Z&to=2026-12-01T00:00:00Z",
    all("viewer"),
  );
  const endless = await world.api.ask(
    "GET",
    `/api/v1/calendar?to=${instantOf(Date.parse(testNow) + 4000 * day)}`,
    all("viewer"),
  );

  assert.equal(backwards.status, 422);
  assert.equal(endless.status, 422);
});
