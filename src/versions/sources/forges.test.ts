import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, test } from "node:test";
import { openHttp } from "../../edge/http.ts";
import { type LocalServer, serveLocally } from "../../edge/local-server.ts";
import { github, gitlab } from "./forges.ts";
import { python, readProject } from "./python.ts";
import { terraformModule, terraformProvider } from "./terraform.ts";
import { askWith } from "./test-ask.ts";

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

/** Answers by path without query; the rest is 404. */
function serveJson(answers: Readonly<Record<string, unknown>>): Promise<LocalServer> {
  return serve((request, response) => {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    if (Object.hasOwn(answers, path)) response.end(JSON.stringify(answers[path]));
    else response.writeHead(404).end('{"message":"404 Not Found"}');
  });
}

test("GitLab's releases are read page after page, with dates, and upcoming ones as pre-releases", async () => {
  const server = await serve((request, response) => {
    const next = `<http://${request.headers.host}/api/v4/projects/team%2Fapp/releases?cursor=eyJ&per_page=100>; rel="next"`;
    if (request.url?.includes("cursor=")) {
      response.end(
        JSON.stringify([{ tag_name: "v2.0.0", released_at: "2027-01-01T00:00:00Z", upcoming_release: true }]),
      );
    } else {
      response.setHeader("link", `<http://x/>; rel="first", ${next}`);
      response.end(
        JSON.stringify([{ tag_name: "v1.0.0", released_at: "2026-01-02T03:04:05.678Z", upcoming_release: false }]),
      );
    }
  });

  const releases = await gitlab.list(askWith(http), {
    kind: "gitlab",
    api: `${server.url}/api/v4`,
    project: "team/app",
  });

  assert.deepEqual(releases.kind === "known" && releases.value, [
    { version: "v1.0.0", prerelease: false, at: "2026-01-02T03:04:05.678Z" },
    { version: "v2.0.0", prerelease: true, at: "2027-01-01T00:00:00.000Z" },
  ]);
});

test("a GitLab project without releases is asked for its tags", async () => {
  const commit = { id: "c".repeat(40), committed_date: "2026-01-02T00:00:00Z" };
  const server = await serveJson({
    "/api/v4/projects/team%2Fapp/releases": [],
    "/api/v4/projects/team%2Fapp/repository/tags": [{ name: "1.0.0", commit }],
  });

  const releases = await gitlab.list(askWith(http), {
    kind: "gitlab",
    api: `${server.url}/api/v4`,
    project: "team/app",
  });

  assert.deepEqual(releases.kind === "known" && releases.value, [
    { version: "1.0.0", prerelease: false, at: "2026-01-02T00:00:00.000Z", digest: commit.id },
  ]);
});

test("GitHub's drafts are no releases; a repository that has none is asked for its tags", async () => {
  const server = await serveJson({
    "/repos/o/a/releases": [
      { tag_name: "v1", published_at: "2026-01-01T00:00:00Z", prerelease: false, draft: false },
      { tag_name: "v2", published_at: null, prerelease: true, draft: true },
    ],
    "/repos/o/b/releases": [],
    "/repos/o/b/tags": [{ name: "v3", commit: { sha: "d".repeat(40) } }],
  });
  const ask = askWith(http);

  const first = await github.list(ask, { kind: "github", api: server.url, repository: "o/a" });
  const second = await github.list(ask, { kind: "github", api: server.url, repository: "o/b" });

  assert.deepEqual(first.kind === "known" && first.value, [
    { version: "v1", prerelease: false, at: "2026-01-01T00:00:00.000Z" },
  ]);
  assert.deepEqual(second.kind === "known" && second.value, [
    { version: "v3", prerelease: false, digest: "d".repeat(40) },
  ]);
});

test("a forge's answer of another shape is unknown; a project that is not there is absent", async () => {
  const server = await serveJson({ "/repos/o/a/releases": { message: "moved" } });

  const strange = await github.list(askWith(http), { kind: "github", api: server.url, repository: "o/a" });

  assert.match(strange.kind === "unknown" ? strange.why : "", /not a list of releases/);
  assert.equal(
    (await github.list(askWith(http), { kind: "github", api: server.url, repository: "o/none" })).kind,
    "absent",
  );
});

test("a Python index in JSON: withdrawn releases, dates, archives of either kind", async () => {
  const body = {
    files: [
      { filename: "Foo_Bar-1.0.0.tar.gz", "upload-time": "2026-01-02T00:00:00Z" },
      { filename: "foo_bar-1.0.0-py3-none-any.whl", "upload-time": "2026-01-01T00:00:00Z", yanked: false },
      { filename: "foo_bar-1.1.0-py3-none-any.whl", yanked: "broken" },
      { filename: "foo-bar-2.0.0rc1.tar.gz" },
      { filename: "foo-bar-extra-9.0.0.tar.gz.asc" },
    ],
  };
  const server = await serveJson({ "/simple/foo-bar/": body });

  const releases = await python.list(askWith(http), {
    kind: "python",
    index: `${server.url}/simple`,
    project: "Foo.Bar",
  });

  assert.deepEqual(releases.kind === "known" && releases.value, [
    { version: "1.0.0", prerelease: false, at: "2026-01-01T00:00:00.000Z" },
    { version: "1.1.0", prerelease: false, yanked: true },
    { version: "2.0.0rc1", prerelease: true },
  ]);
});

test("a Python index in HTML says the same", () => {
  const page = `<!DOCTYPE html><html><body>
    <a href="../../packages/mlflow-2.9.2-py3-none-any.whl#sha256=0" data-requires-python="&gt;=3.8">mlflow-2.9.2-py3-none-any.whl</a><br/>
    <a href="mlflow-2.9.3.tar.gz" data-yanked="">mlflow-2.9.3.tar.gz</a>
    <a href="x">mlflow_skinny-3.0.0.tar.gz</a></body></html>`;

  assert.deepEqual(readProject(page, "mlflow"), [
    { version: "2.9.2", prerelease: false },
    { version: "2.9.3", prerelease: false, yanked: true },
  ]);
  assert.equal(readProject("not found", "mlflow"), undefined);
  assert.equal(readProject("{", "mlflow"), undefined);
});

test("a Terraform registry is found where its host says", async () => {
  const server = await serveJson({
    "/.well-known/terraform.json": { "providers.v1": "/api/p/", "modules.v1": "/api/m" },
    "/api/p/hashicorp/aws/versions": {
      versions: [{ version: "5.0.0", protocols: ["5.0"] }, { version: "6.0.0-beta1" }],
    },
    "/api/m/team/vpc/aws/versions": { modules: [{ versions: [{ version: "3.1.0" }] }] },
  });
  const ask = askWith(http);

  const provider = await terraformProvider.list(ask, {
    kind: "terraform-provider",
    base: server.url,
    address: "hashicorp/aws",
  });
  const module = await terraformModule.list(ask, {
    kind: "terraform-module",
    base: server.url,
    address: "team/vpc/aws",
  });

  assert.deepEqual(provider.kind === "known" && provider.value, [
    { version: "5.0.0", prerelease: false },
    { version: "6.0.0-beta1", prerelease: true },
  ]);
  assert.deepEqual(module.kind === "known" && module.value, [{ version: "3.1.0", prerelease: false }]);
});

test("a host that offers no such service is unknown, and is not asked for a file", async () => {
  const server = await serveJson({ "/.well-known/terraform.json": { "modules.v1": "file:///etc/" } });

  const ask = askWith(http);
  const provider = await terraformProvider.list(ask, { kind: "terraform-provider", base: server.url, address: "a/b" });
  const module = await terraformModule.list(ask, { kind: "terraform-module", base: server.url, address: "a/b/c" });

  assert.match(provider.kind === "unknown" ? provider.why : "", /not a registry that offers providers.v1/);
  assert.match(module.kind === "unknown" ? module.why : "", /not a registry that offers modules.v1/);
});
