import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openHttp } from "../../edge/http.ts";
import type { Upstream } from "../releases.ts";
import { digestOfTag, registry } from "./registry.ts";
import { askWith } from "./test-ask.ts";

/** Debian's package of this name: the distribution project's own server. */
const program = "docker-registry";

function isInstalled(): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return address !== null && typeof address === "object" ? address.port : 0;
}

async function start(dir: string, port: number): Promise<ChildProcess> {
  const config = join(dir, "config.yml");
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${dir}/data}}\nhttp: {addr: "127.0.0.1:${port}"}\n`,
  );
  const child = spawn(program, ["serve", config], { stdio: "ignore" });
  for (let tries = 0; tries < 1200; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/v2/`).then(
      () => true,
      () => false,
    );
    if (up) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("docker-registry did not start");
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Pushes an image without layers under each tag; returns the digest of its manifest. */
async function push(base: string, repository: string, tags: readonly string[]): Promise<string> {
  const config = "{}";
  const begun = await fetch(`${base}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const place = new URL(begun.headers.get("location") ?? "", base);
  place.searchParams.set("digest", digestOf(config));
  await fetch(place, { method: "PUT", body: config, headers: { "content-type": "application/octet-stream" } });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const blob = { mediaType: "application/vnd.oci.image.config.v1+json", size: 2, digest: digestOf(config) };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: blob, layers: [] });
  for (const tag of tags) {
    const pushed = await fetch(`${base}/v2/${repository}/manifests/${tag}`, {
      method: "PUT",
      body: manifest,
      headers: { "content-type": mediaType },
    });
    assert.equal(pushed.status, 201);
  }
  return digestOf(manifest);
}

test("a real registry lists its tags, tells digests, and says what it does not have", async (context) => {
  if (!isInstalled()) return context.skip(`not run: ${program}`);
  const dir = mkdtempSync(join(tmpdir(), "registry-"));
  const base = `http://127.0.0.1:${await freePort()}`;
  const server = await start(dir, Number(new URL(base).port));
  const upstream: Extract<Upstream, { kind: "registry" }> = {
    kind: "registry",
    base,
    repository: "team/app",
    holds: "chart",
  };
  try {
    const digest = await push(base, "team/app", ["1.0.0", "1.1.0_build.7", "latest"]);
    const ask = askWith(openHttp({ userAgent: "test" }));

    const releases = await registry.list(ask, upstream);
    const found = await digestOfTag(ask, upstream, "1.0.0");

    assert.deepEqual(releases.kind === "known" && releases.value.map(({ version }) => version).toSorted(), [
      "1.0.0",
      "1.1.0+build.7",
      "latest",
    ]);
    assert.equal(found.kind === "known" && found.value, digest);
    assert.equal((await digestOfTag(ask, upstream, "9.9.9")).kind, "absent");
    assert.equal((await registry.list(ask, { ...upstream, repository: "team/none" })).kind, "absent");
  } finally {
    server.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
});
