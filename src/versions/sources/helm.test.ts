import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { openHttp } from "../../edge/http.ts";
import { type LocalServer, serveLocally } from "../../edge/local-server.ts";
import { helm, readIndex } from "./helm.ts";
import { askWith } from "./test-ask.ts";

const servers: LocalServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const http = openHttp({ userAgent: "test" });

const index = `apiVersion: v1
entries:
  gitlab:
  - annotations:
      version: "not this one"
    apiVersion: v1
    appVersion: v17.5.1
    created: "2024-10-22T10:00:00.123456789Z"
    dependencies:
    - name: postgresql
      version: 12.5.2
    description: |
      A text
      version: 9.9.9
    digest: abc
    name: gitlab
    urls:
    - https://example.org/gitlab-8.5.1.tgz
    version: 8.5.1
  - version: 1.10
    deprecated: true
    appVersion: "1.10"
  gitlab-runner:
    - name: gitlab-runner
      version: 0.70.0-rc1
  "quoted":
  - {version: 2.0.0, appVersion: "3"}
  gitlab-agent: []
generated: "2024-10-22T10:00:00Z"
`;

test("a chart's entries are read with their dates, app versions and deprecation", () => {
  assert.deepEqual(readIndex(index, "gitlab"), [
    { version: "8.5.1", prerelease: false, at: "2024-10-22T10:00:00.123Z", appVersion: "v17.5.1", digest: "abc" },
    { version: "1.10", prerelease: false, appVersion: "1.10", deprecated: true },
  ]);
});

test("charts whose names begin alike, are quoted or stand in braces are told apart", () => {
  assert.deepEqual(readIndex(index, "gitlab-runner"), [{ version: "0.70.0-rc1", prerelease: true }]);
  assert.deepEqual(readIndex(index, "quoted"), [{ version: "2.0.0", prerelease: false, appVersion: "3" }]);
  assert.deepEqual(readIndex(index, "runner"), []);
  assert.deepEqual(readIndex(index, "gitlab-agent"), []);
});

test("line ends of Windows and an index in JSON make no difference", () => {
  const json = JSON.stringify({
    apiVersion: "v1",
    entries: { a: [{ version: "1.2.3", appVersion: 4, deprecated: false }] },
  });

  assert.deepEqual(readIndex(index.replaceAll("\n", "\r\n"), "gitlab"), readIndex(index, "gitlab"));
  assert.deepEqual(readIndex(json, "a"), [{ version: "1.2.3", prerelease: false, appVersion: "4" }]);
  assert.deepEqual(readIndex(json, "constructor"), []);
});

test("what is no index gives nothing", () => {
  for (const text of [
    "",
    "<html>login</html>",
    '{"entries": 3}',
    "{",
    "entries:\n  a:\n  - version: [\n",
    "entries:\n  a:\n  - name: x\n",
  ]) {
    assert.equal(readIndex(text, "a"), undefined);
  }
});

test("an index of a thousand long entries is not parsed whole", () => {
  const anchors = Array.from({ length: 200 }, (_, number) => `      - &a${number} [${"*x, ".repeat(50)}x]`).join("\n");
  const entries = Array.from(
    { length: 1000 },
    (_, number) => `  - version: 1.${number}.0\n    junk:\n${anchors}\n`,
  ).join("");

  assert.equal(readIndex(`entries:\n  a:\n${entries}`, "a")?.length, 1000);
});

test("a repository is asked for its index below its address", async () => {
  const server = await serveLocally((_request, response) => response.end(index));
  servers.push(server);

  const releases = await helm.list(askWith(http), { kind: "helm", url: `${server.url}/stable/`, chart: "gitlab" });
  const none = await helm.list(askWith(http), { kind: "helm", url: `${server.url}/stable`, chart: "elsewhere" });

  assert.deepEqual(server.asked, ["GET /stable/index.yaml", "GET /stable/index.yaml"]);
  assert.equal(releases.kind === "known" && releases.value.length, 2);
  assert.equal(releases.kind === "known" && releases.source, `${server.url}/stable/index.yaml`);
  assert.equal(none.kind, "absent");
});

test("an index of a hundred megabytes and a page of a proxy are unknown, with what to do", async () => {
  const endless = await serveLocally((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(1_000_000)));
    };
    response.on("drain", more);
    more();
  });
  const proxy = await serveLocally((_request, response) => response.end("<html>sign in</html>"));
  servers.push(endless, proxy);

  const long = await helm.list(askWith(http), { kind: "helm", url: endless.url, chart: "a" });
  const page = await helm.list(askWith(http), { kind: "helm", url: proxy.url, chart: "a" });

  assert.match(long.kind === "unknown" ? long.why : "", /answers more than 64 MB/);
  assert.match(page.kind === "unknown" ? page.why : "", /not the index of a Helm repository/);
});
