import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openGit } from "../../edge/git.ts";
import { openHttp } from "../../edge/http.ts";
import { type LocalServer, serveLocally } from "../../edge/local-server.ts";
import { SystemError } from "../../kernel/errors.ts";
import { git as gitSource, readTags } from "./git-tags.ts";
import { askWith, memoryCache } from "./test-ask.ts";

let dir = "";
const servers: LocalServer[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tags-"));
  git("init", "-q", "-b", "main");
  writeFileSync(join(dir, "a"), "x");
  git("add", "a");
  git("commit", "-q", "-m", "first");
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(dir, { recursive: true, force: true });
});

function git(...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], {
    cwd: dir,
    encoding: "utf8",
  }).trim();
}

const http = openHttp({ userAgent: "test" });

test("the tags of a real repository come with the commits they lead to", async () => {
  git("tag", "v1.0.0");
  git("tag", "-a", "v1.1.0-rc.1", "-m", "annotated");
  const commit = git("rev-parse", "HEAD");
  const ask = askWith(http, { git: openGit("/", { protocols: ["file"] }) });

  const releases = await gitSource.list(ask, { kind: "git", url: `file://${dir}` });

  assert.deepEqual(releases.kind === "known" && releases.value, [
    { version: "v1.0.0", digest: commit, prerelease: false },
    { version: "v1.1.0-rc.1", digest: commit, prerelease: true },
  ]);
});

test("over HTTP a login goes along, and is in no cache and no message", async () => {
  git("tag", "v1.0.0");
  git("update-server-info");
  const server = await serveLocally((request, response) => {
    const path = (request.url ?? "").replace(/\?.*$/, "").replace(/^\/team\/app\.git/, "");
    try {
      response.end(readFileSync(join(dir, ".git", path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  servers.push(server);
  const cache = memoryCache();
  const ask = askWith(http, {
    git: openGit("/", { protocols: ["http"] }),
    cache,
    credentials: () => ({ authorization: "Basic c2VjcmV0" }),
  });

  const releases = await gitSource.list(ask, { kind: "git", url: `http://bob:leak@${server.host}/team/app.git` });

  assert.equal(releases.kind === "known" && releases.value[0]?.version, "v1.0.0");
  assert.ok(server.asked.every((line) => line.endsWith("Basic c2VjcmV0")));
  assert.doesNotMatch(JSON.stringify([[...cache.texts], releases]), /c2VjcmV0|leak/);
});

test("a repository that is not there is unknown in Git's words", async () => {
  const ask = askWith(http, { git: openGit("/", { protocols: ["file"] }) });

  const releases = await gitSource.list(ask, { kind: "git", url: `file://${dir}/none` });

  assert.match(
    releases.kind === "unknown" ? releases.why : "",
    /does not exist|does not appear to be a git repository/,
  );
});

test("an unknown host is named as such, without the command and without a word of credentials", async () => {
  const said =
    "git ls-remote --tags -- https://h.example/a in / failed (128): fatal: unable to access 'https://h.example/a/': Could not resolve host: h.example";
  const git = { run: () => Promise.reject(new SystemError(said, "stop")) };

  const releases = await gitSource.list(askWith(http, { git }), { kind: "git", url: "https://h.example/a" });

  assert.deepEqual(releases, {
    kind: "unknown",
    why: "https://h.example/a: the host's name is not known",
    howToLearn: "check the name h.example and this machine's DNS",
  });
});

test("an address that is an option or runs a command reaches no one", async () => {
  const ask = askWith(http, { git: openGit("/", { protocols: ["file", "https"] }) });

  for (const url of ["--upload-pack=touch x", "ext::sh -c false", "-v"]) {
    assert.equal((await gitSource.list(ask, { kind: "git", url })).kind, "unknown");
  }
});

test("lines that are no references give nothing; branches are passed over", () => {
  const id = "0".repeat(40);

  assert.equal(readTags("<html>"), undefined);
  assert.deepEqual(readTags(`${id}\trefs/heads/main\n${id}\trefs/tags/a/b^{}\n`), [
    { version: "a/b", digest: id, prerelease: false },
  ]);
  assert.deepEqual(readTags(""), []);
});
