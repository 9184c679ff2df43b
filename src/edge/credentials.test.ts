import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { readCredentials } from "./credentials.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "credentials-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function read(more: Record<string, string> = {}) {
  return readCredentials({ DOCKER_CONFIG: dir, NETRC: join(dir, "netrc"), ...more });
}

test("Docker's logins are for their hosts, Docker Hub's for its registry", () => {
  const auths = {
    "https://index.docker.io/v1/": { auth: "aHVi" },
    "Registry.example.org:5000": { auth: "cmVn" },
    helper: {},
  };
  writeFileSync(join(dir, "config.json"), JSON.stringify({ auths, credsStore: "evil" }));

  const credentials = read();

  assert.deepEqual(credentials("registry-1.docker.io"), { authorization: "Basic aHVi" });
  assert.deepEqual(credentials("registry.example.org:5000"), { authorization: "Basic cmVn" });
  assert.equal(credentials("registry.example.org"), undefined);
  assert.equal(credentials("helper"), undefined);
});

test("a netrc is read in any layout, without default and macros", () => {
  const text =
    "# machine no login a password b\nmachine git.example.org\n  login bob\n  password s3cret\nmachine b.example.org password t login u\ndefault login x password y\nmacdef z\n password q\n";
  writeFileSync(join(dir, "netrc"), text);

  const credentials = read();

  assert.deepEqual(credentials("git.example.org"), { authorization: `Basic ${btoa("bob:s3cret")}` });
  assert.deepEqual(credentials("B.example.org"), { authorization: `Basic ${btoa("u:t")}` });
  assert.equal(credentials("other.example.org"), undefined);
  assert.equal(credentials("no"), undefined);
});

test("a job's tokens go to the forge that gave them", () => {
  const credentials = read({ GITHUB_TOKEN: "g", CI_JOB_TOKEN: "j", CI_SERVER_HOST: "gitlab.example.org" });

  assert.deepEqual(credentials("api.github.com"), { authorization: "Bearer g" });
  assert.deepEqual(credentials("gitlab.example.org"), { "job-token": "j" });
  assert.equal(credentials("github.com"), undefined);
});

test("damaged files and lines that would smuggle a header count as none", () => {
  writeFileSync(join(dir, "config.json"), '{"auths": {"a.example.org": {"auth": "x\\r\\nHost: evil"}}}');
  writeFileSync(join(dir, "netrc"), "machine");

  assert.equal(read()("a.example.org"), undefined);
  writeFileSync(join(dir, "config.json"), "{");
  assert.equal(read({ GITHUB_TOKEN: "a\nb" })("api.github.com"), undefined);
});
