import assert from "node:assert/strict";
import { after, test } from "node:test";
import { testApi } from "./test-support.ts";

const files: Readonly<Record<string, string>> = {
  "index.html":
    '<!doctype html><meta name="csp-nonce" content="__NONCE__"><script type="module" src="/assets/a-1.js"></script>',
  "assets/a-1.js": "plain",
  "assets/a-1.js.br": "brotli",
  "theme.js": "theme",
};
const api = await testApi([], {
  console: async (path) => {
    const text = files[path];
    return text === undefined ? undefined : new TextEncoder().encode(text);
  },
});
const bare = await testApi([], { console: async () => undefined });
after(() => Promise.all([api.close(), bare.close()]));

const get = (path: string, headers: Record<string, string> = {}) => api.ask("GET", path, undefined, { headers });

test("every address that is nobody else's is the console's page, asked for each time", async () => {
  for (const path of ["/", "/findings/0123456789abcdef?state=open", "/no/such/page", "/index.html"]) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.match(await answer.text(), /assets\/a-1\.js/);
  }
});

test("scripts come only from this server's files, and style tags only with the page's nonce", async () => {
  const answer = await get("/");
  const policy = answer.headers.get("content-security-policy") ?? "";
  const [, nonce = "none"] = /content="([^"]+)"/.exec(await answer.text()) ?? [];

  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|script-src/);
  assert.ok(policy.includes(`style-src 'self' 'nonce-${nonce}'`), policy);
  assert.notEqual((await (await get("/")).text()).includes(nonce), true, "a nonce is used once");
});

test("files with a hash in their names are kept, compressed as the browser takes them", async () => {
  const plain = await get("/assets/a-1.js");
  const small = await get("/assets/a-1.js", { "accept-encoding": "gzip, br" });
  const refused = await get("/assets/a-1.js", { "accept-encoding": "br;q=0" });

  assert.match(plain.headers.get("cache-control") ?? "", /immutable/);
  assert.equal(await plain.text(), "plain");
  assert.deepEqual([small.headers.get("content-encoding"), await small.text()], ["br", "brotli"]);
  assert.equal(await refused.text(), "plain");
  const etag = (await get("/theme.js")).headers.get("etag") ?? "";
  assert.equal((await get("/theme.js", { "if-none-match": etag })).status, 304);
  assert.equal((await get("/theme.js")).headers.get("cache-control"), "no-cache");
});

test("what is no file and no page stays not found, as a problem", async () => {
  for (const path of [
    "/assets/old-9.js",
    "/assets/",
    "/api/v1/nothing",
    "/api",
    "/auth/nothing",
    "/missing.js",
    "/%2e%2e/secret.js",
  ]) {
    const answer = await get(path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get("content-type"), "application/problem+json", path);
  }
  assert.equal((await api.ask("POST", "/findings", undefined)).status, 404);
});

test("without a build the page says how to make one", async () => {
  const answer = await bare.ask("GET", "/", undefined);

  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /npm run build:console/);
});

test("the login page learns whether there is a login service", async () => {
  assert.deepEqual(await (await get("/auth/ways")).json(), { service: false });
});
