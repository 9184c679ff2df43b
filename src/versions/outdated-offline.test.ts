import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openCache } from "../edge/cache.ts";
import { openHttp } from "../edge/http.ts";
import { type LocalServer, serveLocally } from "../edge/local-server.ts";
import { openMirror } from "../edge/mirror.ts";
import type { Pin } from "../platform/pin.ts";
import { type OutdatedReport, outdated } from "./outdated.ts";
import type { AskPorts } from "./sources/ask.ts";
import { askWith, stoppedClock } from "./sources/test-ask.ts";

let dir = "";
const servers: LocalServer[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "offline-"));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(dir, { recursive: true, force: true });
});

function imageAt(host: string): Pin {
  const place = { file: "a.yaml", line: 1, column: 1, range: [0, 1], path: "image", reader: "test" } as const;
  return {
    ...place,
    id: "1",
    kind: "image",
    name: `${host}/team/app`,
    version: "1.0.0",
    digest: null,
    source: null,
    state: "pinned",
  };
}

function report(
  host: string,
  offline: boolean,
  clock: ReturnType<typeof stoppedClock>,
  more: Partial<AskPorts> = {},
): Promise<OutdatedReport> {
  const ask = askWith(
    openHttp({ userAgent: "test" }),
    { cache: openCache(join(dir, "cache")), clock, ...more },
    { offline },
  );
  const endOfLife = { schema: "millwright/end-of-life/1", at: clock.now(), products: {} } as const;
  return outdated([imageAt(host)], ask, { now: clock.now(), offline, upstreams: {}, endOfLife });
}

async function serveTags(): Promise<LocalServer> {
  const server = await serveLocally((request, response) => {
    const second = request.url?.includes("last=") === true;
    if (!second) response.setHeader("link", `</v2/team/app/tags/list?n=1000&last=x>; rel="next"`);
    response.end(JSON.stringify({ tags: second ? ["1.1.0"] : ["1.0.0"] }));
  });
  servers.push(server);
  return server;
}

test("what was learnt online serves offline in another run, every page of it, with its age", async () => {
  const server = await serveTags();
  const clock = stoppedClock("2026-11-20T12:00:00Z");
  const online = await report(server.host, false, clock);
  const asked = server.asked.length;
  clock.advance(49 * 60);

  const offline = await report(server.host, true, clock);

  assert.deepEqual([online.rows[0]?.newest, online.rows[0]?.answerAgeHours], ["1.1.0", 0]);
  assert.deepEqual([offline.rows[0]?.newest, offline.rows[0]?.answerAgeHours], ["1.1.0", 49]);
  assert.match(offline.rows[0]?.source ?? "", /stored answer/);
  assert.equal(server.asked.length, asked);
});

test("damage to the cache on disk costs the answer, not the run", async () => {
  const server = await serveTags();
  const clock = stoppedClock("2026-11-20T12:00:00Z");
  await report(server.host, false, clock);
  for (const name of readdirSync(join(dir, "cache"))) {
    const file = join(dir, "cache", name);
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -5));
  }

  const offline = await report(server.host, true, clock);

  assert.equal(offline.rows[0]?.state, "unknown");
  assert.match(offline.rows[0]?.howToLearn ?? "", /carry a copy into the mirror/);
});

test("a mirror that was carried in answers offline, as old as its files", async () => {
  const folder = join(dir, "mirror/registry.example.org/v2/team/app/tags");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "list"), '{"tags":["1.0.0","1.2.0"]}');
  utimesSync(
    join(folder, "list"),
    Date.parse("2026-11-19T12:00:00Z") / 1000,
    Date.parse("2026-11-19T12:00:00Z") / 1000,
  );
  const mirror = await openMirror(join(dir, "mirror"));

  const { rows } = await report("registry.example.org", true, stoppedClock("2026-11-20T12:00:00Z"), { mirror });

  assert.deepEqual([rows[0]?.newest, rows[0]?.answerAgeHours, rows[0]?.state], ["1.2.0", 24, "behind"]);
  assert.match(rows[0]?.source ?? "", /mirror .*mirror/);
});
