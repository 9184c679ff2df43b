import assert from "node:assert/strict";
import { test } from "node:test";
import { openHttp } from "../edge/http.ts";
import { serveLocally } from "../edge/local-server.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Pin } from "../platform/pin.ts";
import { testStore } from "../store/test-support.ts";
import { parseEndOfLifeTable } from "./freshness-end-of-life.ts";
import { askWith } from "./sources/test-ask.ts";
import { type WatchedPin, watchReleases } from "./watch.ts";
import { type FreshnessRow, listFreshness } from "./watch-store.ts";

const begin = Date.UTC(2026, 10, 20);
const endOfLife = parseEndOfLifeTable({
  schema: "millwright/end-of-life/1",
  at: "2026-08-22",
  products: { tool: { source: "https://eol.example.org/tool", charts: ["old"], cycles: { "1": "2025-01-15" } } },
});

function chart(name: string, version: string, source: string): WatchedPin {
  const place = { file: "a.yaml", line: 3, column: 1, range: [0, 1], path: "x", reader: "test" } as const;
  const pin: Pin = {
    ...place,
    id: name,
    kind: "chart",
    name,
    version,
    digest: null,
    source,
    state: "pinned",
    environment: name === "staged" ? "staging" : "production",
  };
  return { source: "repository:platform", pin };
}

async function scene(t: { after(work: () => unknown): void }) {
  const store = await testStore();
  t.after(() => store.close());
  const up = { now: true };
  const server = await serveLocally((_, response) => {
    response.statusCode = up.now ? 200 : 503;
    response.end(
      "apiVersion: v1\nentries:\n" +
        ["app", "staged", "old"]
          .map(
            (name) =>
              `  ${name}:\n    - {version: 2.0.0, appVersion: 2.0.0}\n    - {version: 1.0.0, appVersion: 1.0.0}\n`,
          )
          .join(""),
    );
  });
  t.after(() => server.close());
  const http = openHttp({ userAgent: "test" });
  const turn = (hours: number, pins: readonly WatchedPin[], signal = new AbortController().signal): Promise<number> => {
    const now = instantOf(begin + hours * 3_600_000);
    const ask = askWith(http, { clock: { now: () => now } });
    return watchReleases(store, pins, ask, { now, offline: false, upstreams: {}, endOfLife, everyHours: 12 }, signal);
  };
  const rows = (visible?: readonly string[]): Promise<readonly FreshnessRow[]> =>
    listFreshness(store, { visible }, { after: undefined, limit: 50 });
  return { store, server, turn, rows, up };
}

test("a pin is asked about when it is new, when it changed, and when its answer is old; one that is gone is forgotten", async (t) => {
  const { server, turn, rows } = await scene(t);
  const app = chart("app", "1.0.0", server.url);

  assert.equal(await turn(0, [app]), 1);
  assert.deepEqual(
    (await rows()).map(({ state, answer }) => [state, answer.newest]),
    [["behind", "2.0.0"]],
  );
  assert.equal(await turn(1, [app]), 0, "known");
  assert.equal(await turn(2, [{ ...app, pin: { ...app.pin, line: 99 } }]), 0, "only its line moved");
  assert.equal(await turn(3, [chart("app", "2.0.0", server.url)]), 1, "another version");
  assert.equal((await rows())[0]?.state, "current");
  assert.equal((await rows())[0]?.state_since, instantOf(begin + 3 * 3_600_000));
  assert.equal(await turn(15, [chart("app", "2.0.0", server.url)]), 1, "twelve hours later");
  assert.equal((await rows())[0]?.state_since, instantOf(begin + 3 * 3_600_000), "since then");
  await turn(16, []);
  assert.deepEqual(await rows(), []);
});

test("an upstream that does not answer takes no knowledge away, and is asked again within the hour", async (t) => {
  const { server, turn, rows, up } = await scene(t);
  const app = chart("app", "1.0.0", server.url);
  await turn(0, [app]);
  up.now = false;

  assert.equal(await turn(12, [app]), 1);
  assert.deepEqual(
    (await rows()).map(({ state, answered }) => [state, answered]),
    [["behind", false]],
  );
  assert.equal(await turn(12.5, [app]), 0);
  assert.equal(await turn(13, [app]), 1);
  assert.equal(await turn(14, [chart("app", "3.0.0", server.url)]), 1);
  assert.equal((await rows())[0]?.state, "unknown", "of another version nothing was ever known");
});

test("what has reached its end comes first, and nobody sees environments that are not his", async (t) => {
  const { server, turn, rows } = await scene(t);
  await turn(0, [
    chart("app", "2.0.0", server.url),
    chart("staged", "1.0.0", server.url),
    chart("old", "1.0.0", server.url),
  ]);
  const shown = async (visible?: readonly string[]) => (await rows(visible)).map(({ name, state }) => [name, state]);

  assert.deepEqual(await shown(), [
    ["old", "end-of-life"],
    ["staged", "behind"],
    ["app", "current"],
  ]);
  assert.deepEqual(await shown(["staging"]), [["staged", "behind"]]);
});

test("a turn that is cut off begins nothing more, and goes on at its next", async (t) => {
  const { server, turn, rows } = await scene(t);
  const gone = AbortSignal.abort();

  assert.equal(await turn(0, [chart("app", "1.0.0", server.url)], gone), 0);
  assert.equal((await rows()).length, 0);
  assert.equal(await turn(0, [chart("app", "1.0.0", server.url)]), 1);
});
