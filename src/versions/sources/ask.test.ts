import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, test } from "node:test";
import { openHttp } from "../../edge/http.ts";
import { type LocalServer, serveLocally } from "../../edge/local-server.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Mirror } from "../../kernel/ports.ts";
import { askWith, memoryCache, stoppedClock } from "./test-ask.ts";

const servers: LocalServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const http = openHttp({ userAgent: "test" });
const start = "2026-11-20T12:00:00.000Z";

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<LocalServer> {
  const server = await serveLocally(answer);
  servers.push(server);
  return server;
}

test("an unchanged answer is not sent again, and counts as said now", async () => {
  const server = await serve((request, response) => {
    if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end("body");
  });
  const ports = { cache: memoryCache(), clock: stoppedClock(start) };

  await askWith(http, ports).get(`${server.url}/a`);
  ports.clock.advance(60);
  const again = await askWith(http, ports).get(`${server.url}/a`);

  assert.equal(again.kind === "known" && again.value.body, "body");
  assert.equal(again.kind === "known" && again.at, "2026-11-20T13:00:00.000Z");
  assert.equal(again.kind === "known" && again.source, `${server.url}/a`);
  assert.equal(server.asked.length, 2);
});

test("a fresh answer is not asked for again; one from the future is", async () => {
  const server = await serve((_request, response) => response.end("body"));
  const ports = { cache: memoryCache(), clock: stoppedClock(start) };
  const options = { freshForMinutes: 10 };

  await askWith(http, ports, options).get(server.url);
  ports.clock.advance(9);
  await askWith(http, ports, options).get(server.url);
  assert.equal(server.asked.length, 1);

  ports.clock.advance(-19);
  await askWith(http, ports, options).get(server.url);
  assert.equal(server.asked.length, 2);
});

test("equal questions at the same time are asked once", async () => {
  const server = await serve((_request, response) => response.end("body"));
  const ask = askWith(http);

  await Promise.all([ask.get(server.url), ask.get(server.url), ask.get(`http://bob:pw@${server.host}`)]);

  assert.deepEqual(server.asked, ["GET /"]);
});

test("when asking fails, the stored answer serves with its own date and the reason", async () => {
  let broken = false;
  const server = await serve((_request, response) => response.writeHead(broken ? 503 : 200).end("body"));
  const ports = { cache: memoryCache(), clock: stoppedClock(start) };
  await askWith(http, ports).get(server.url);
  broken = true;
  ports.clock.advance(24 * 60);

  const answer = await askWith(http, ports).get(server.url);

  assert.equal(answer.kind === "known" && answer.at, start);
  assert.match(answer.kind === "known" ? answer.source : "", /stored answer, because .* answers 503/);
});

test("that something is gone is believed over what is stored", async () => {
  let gone = false;
  const server = await serve((_request, response) => response.writeHead(gone ? 404 : 200).end("body"));
  const ports = { cache: memoryCache(), clock: stoppedClock(start) };
  await askWith(http, ports).get(server.url);
  gone = true;

  assert.equal((await askWith(http, ports).get(server.url)).kind, "absent");
});

test("offline nothing is asked: the stored answer serves however old, or it is unknown how", async () => {
  const server = await serve((_request, response) => response.end("body"));
  const ports = { cache: memoryCache(), clock: stoppedClock(start) };
  await askWith(http, ports).get(`${server.url}/a`);
  ports.clock.advance(100_000);

  const stored = await askWith(http, ports, { offline: true }).get(`${server.url}/a`);
  const none = await askWith(http, ports, { offline: true }).get(`${server.url}/b`);

  assert.equal(server.asked.length, 1);
  assert.equal(stored.kind === "known" && stored.at, start);
  assert.match(none.kind === "unknown" ? none.howToLearn : "", /carry a copy into the mirror/);
});

test("offline the newer of mirror and stored answer serves, and Git's tags are mirrored too", async () => {
  const server = await serve((_request, response) => response.end("stored"));
  const mirrorOf = (at: string): Mirror => ({
    label: "/media/mirror",
    find: async (url) => ({ body: `copy of ${new URL(url).pathname}`, at: at as Instant }),
  });
  const ports = { cache: memoryCache(), clock: stoppedClock(start) };
  await askWith(http, ports).get(server.url);
  const bodyWith = async (at: string): Promise<string> => {
    const answer = await askWith(http, { ...ports, mirror: mirrorOf(at) }, { offline: true }).get(server.url);
    return answer.kind === "known" ? answer.value.body : answer.kind;
  };

  assert.equal(await bodyWith("2026-11-19T00:00:00.000Z"), "stored");
  assert.equal(await bodyWith("2026-11-21T00:00:00.000Z"), "copy of /");
  const tags = await askWith(http, { mirror: mirrorOf(start) }, { offline: true }).gitTags(
    "https://git.example.org/a/b.git",
  );
  assert.equal(tags.kind === "known" && tags.value, "copy of /a/b.git/info/refs");
  assert.equal(tags.kind === "known" && tags.source, "https://git.example.org/a/b.git (mirror /media/mirror)");
});

test("a damaged stored answer is asked for again", async () => {
  const server = await serve((_request, response) => response.end("body"));
  const cache = memoryCache();
  await askWith(http, { cache }, { freshForMinutes: 10 }).get(server.url);
  for (const damaged of [
    "{",
    "null",
    '{"schema":"millwright/answer/1","at":"never","headers":{},"body":"x"}',
    '{"schema":"other/2"}',
  ]) {
    for (const key of cache.texts.keys()) cache.texts.set(key, damaged);
    const answer = await askWith(http, { cache }, { freshForMinutes: 10 }).get(server.url);
    assert.equal(answer.kind === "known" && answer.value.body, "body");
  }
});

test("a rate limit says until when; a refusal which right is missing", async () => {
  const reset = instantOf(Date.parse(start) + 3_600_000);
  const limited = await serve((_request, response) => {
    const epoch = String(Date.parse(reset) / 1000);
    response.writeHead(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": epoch }).end("{}");
  });
  const slow = await serve((_request, response) => response.writeHead(429, { "retry-after": "7200" }).end());
  const closed = await serve((_request, response) => response.writeHead(403).end());
  const whyOf = async (server: LocalServer): Promise<string> => {
    const answer = await askWith(http, { clock: stoppedClock(start) }).get(server.url);
    return answer.kind === "unknown" ? answer.why : answer.kind;
  };

  assert.match(await whyOf(limited), /allows no more questions until 2026-11-20T13:00:00.000Z/);
  assert.match(await whyOf(slow), /until 2026-11-20T14:00:00.000Z/);
  assert.match(await whyOf(closed), /refuses us \(403\)/);
  assert.equal(slow.asked.length, 1);
});

test("credentials go to their own host and nowhere in clear", async () => {
  const asked: string[] = [];
  const recorder = {
    fetch: async (url: string, request: { readonly headers?: Readonly<Record<string, string>> } = {}) => {
      asked.push(`${new URL(url).origin} ${request.headers?.["authorization"] ?? "none"}`);
      return { status: 200, headers: {}, body: "" };
    },
  };
  const ask = askWith(recorder, {
    credentials: (host) => (host === "a.example.org" ? { authorization: "Basic x" } : undefined),
  });

  for (const url of ["https://a.example.org/", "https://b.example.org/", "http://a.example.org/"]) await ask.get(url);

  assert.deepEqual(asked, ["https://a.example.org Basic x", "https://b.example.org none", "http://a.example.org none"]);
});

test("what is no web address is unknown, and is not asked", async () => {
  for (const url of ["file:///etc/passwd", "chart", "http://", "//example.org/x"]) {
    assert.equal((await askWith(http).get(url)).kind, "unknown");
  }
});
