import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, test } from "node:test";
import { openHttp } from "../../edge/http.ts";
import { type LocalServer, serveLocally } from "../../edge/local-server.ts";
import type { Upstream } from "../releases.ts";
import { digestOfTag, registry } from "./registry.ts";
import { readChallenge } from "./registry-token.ts";
import { askWith, memoryCache } from "./test-ask.ts";

const servers: LocalServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const http = openHttp({ userAgent: "test" });

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<LocalServer> {
  const server = await serveLocally(answer);
  servers.push(server);
  return server;
}

type RegistryUpstream = Extract<Upstream, { kind: "registry" }>;

function upstreamAt(server: LocalServer, holds: "image" | "chart" = "image"): RegistryUpstream {
  return { kind: "registry", base: server.url, repository: "team/app", holds };
}

test("pages are followed to the end, on the same server only", async () => {
  const server = await serve((request, response) => {
    const second = request.url?.includes("last=");
    if (second !== true) response.setHeader("link", `</v2/team/app/tags/list?n=1000&last=1.1.0>; rel="next"`);
    else response.setHeader("link", `<https://elsewhere.example.org/v2/>; rel="next"`);
    response.end(JSON.stringify({ name: "team/app", tags: second === true ? ["1.2.0-rc.1"] : ["1.0.0", "1.1.0"] }));
  });

  const releases = await registry.list(askWith(http), upstreamAt(server));

  assert.deepEqual(releases.kind === "known" && releases.value, [
    { version: "1.0.0", prerelease: false },
    { version: "1.1.0", prerelease: false },
    { version: "1.2.0-rc.1", prerelease: true },
  ]);
  assert.deepEqual(server.asked, ["GET /v2/team/app/tags/list?n=1000", "GET /v2/team/app/tags/list?n=1000&last=1.1.0"]);
});

test("pages that lead in a circle end", async () => {
  const server = await serve((_request, response) => {
    response.setHeader("link", `</v2/team/app/tags/list?n=1000>; rel="next"`);
    response.end(JSON.stringify({ tags: ["1.0.0"] }));
  });

  const releases = await registry.list(askWith(http), upstreamAt(server));

  assert.equal(releases.kind, "known");
  assert.equal(server.asked.length, 1);
});

test("a broken second page makes the whole unknown, not half a list", async () => {
  const server = await serve((request, response) => {
    if (request.url?.includes("last=")) response.end('{"tags": ["9.0');
    else response.setHeader("link", `</v2/x?last=1>; rel="next"`).end(JSON.stringify({ tags: ["1.0.0"] }));
  });

  const releases = await registry.list(askWith(http), upstreamAt(server));

  assert.match(releases.kind === "unknown" ? releases.why : "", /not a list of tags/);
});

/** A registry as Docker Hub: 401 with a challenge, a token server, then the answer. */
async function guarded(token: string): Promise<{ server: LocalServer; tokens: LocalServer }> {
  const tokens = await serve((_request, response) => response.end(JSON.stringify({ token })));
  const server = await serve((request, response) => {
    if (request.headers.authorization === `Bearer ${token}`) {
      response.setHeader("docker-content-digest", `sha256:${"a".repeat(64)}`).end(JSON.stringify({ tags: ["1.0.0"] }));
      return;
    }
    const challenge = `Bearer realm="${tokens.url}/token",service="registry.example.org",scope="repository:team/app:pull"`;
    response.writeHead(401, { "www-authenticate": challenge }).end("{}");
  });
  return { server, tokens };
}

test("a challenge is answered with a token for reading one repository", async () => {
  const { server, tokens } = await guarded("t0k");

  const releases = await registry.list(askWith(http), upstreamAt(server));

  assert.equal(releases.kind, "known");
  assert.deepEqual(tokens.asked, ["GET /token?service=registry.example.org&scope=repository%3Ateam%2Fapp%3Apull"]);
  assert.deepEqual(server.asked, ["GET /v2/team/app/tags/list?n=1000", "GET /v2/team/app/tags/list?n=1000 Bearer t0k"]);
});

test("credentials go to the token server, and neither they nor the token reach the cache", async () => {
  const { server, tokens } = await guarded("t0k-secret");
  const cache = memoryCache();
  const credentials = (host: string) => (host === server.host ? { authorization: "Basic c2VjcmV0" } : undefined);

  await registry.list(askWith(http, { cache, credentials }), upstreamAt(server));

  assert.match(tokens.asked[0] ?? "", /Basic c2VjcmV0$/);
  assert.equal(cache.texts.size, 1);
  assert.doesNotMatch([...cache.texts].join(), /c2VjcmV0|t0k-secret/);
});

test("without the right to read, the row says which credential is missing", async () => {
  const tokens = await serve((_request, response) => response.writeHead(403).end());
  const server = await serve((_request, response) => {
    response.writeHead(401, { "www-authenticate": `Bearer realm="${tokens.url}/token"` }).end();
  });

  const releases = await registry.list(askWith(http), upstreamAt(server));

  assert.match(releases.kind === "unknown" ? releases.why : "", /wants a login \(401\)/);
  assert.match(
    releases.kind === "unknown" ? releases.howToLearn : "",
    new RegExp(`credential that may read there for ${server.host}`),
  );
});

test("the digest of a tag is asked by HEAD, through the same token", async () => {
  const { server } = await guarded("t0k");

  const digest = await digestOfTag(askWith(http), upstreamAt(server), "1.0.0");

  assert.equal(digest.kind === "known" && digest.value, `sha256:${"a".repeat(64)}`);
  assert.equal(server.asked.at(-1), "HEAD /v2/team/app/manifests/1.0.0 Bearer t0k");
});

test("a digest that is none is not passed on", async () => {
  const server = await serve((_request, response) => response.setHeader("docker-content-digest", "sha256:short").end());

  assert.equal((await digestOfTag(askWith(http), upstreamAt(server), "1.0.0")).kind, "unknown");
});

test("a chart's plus sign is an underscore in the registry, and its pre-releases are semver's", async () => {
  const server = await serve((_request, response) =>
    response.end(JSON.stringify({ tags: ["1.0.0_build.5", "2.0.0-x"] })),
  );

  const releases = await registry.list(askWith(http), upstreamAt(server, "chart"));

  assert.deepEqual(releases.kind === "known" && releases.value, [
    { version: "1.0.0+build.5", prerelease: false },
    { version: "2.0.0-x", prerelease: true },
  ]);
});

test("a repository without tags has none; one that does not exist is absent", async () => {
  const empty = await serve((_request, response) => response.end('{"name":"team/app","tags":null}'));
  const missing = await serve((_request, response) =>
    response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}'),
  );

  const none = await registry.list(askWith(http), upstreamAt(empty));

  assert.deepEqual(none.kind === "known" && none.value, []);
  assert.equal((await registry.list(askWith(http), upstreamAt(missing))).kind, "absent");
});

test("a challenge is read with its parameters in any order and dress", () => {
  assert.deepEqual(readChallenge('bearer Realm = "https://a/t?x=1,2", service=b, error="invalid"'), {
    realm: "https://a/t?x=1,2",
    service: "b",
    error: "invalid",
  });
  assert.equal(readChallenge('Basic realm="x"'), undefined);
  assert.equal(readChallenge(undefined), undefined);
});
