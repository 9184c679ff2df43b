import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../../src/store/postmaster.ts";
import { programOnPath } from "../servers/children.ts";
import { bucketOf, fillBuckets } from "./buckets.ts";
import { lfsObjectsOf } from "./encrypted-rows.ts";
import type { S3 } from "./s3.ts";

/* The images of the lab's registry are what a real registry has: Debian's docker-registry serves them out of what lies in the bucket. */

const program = programOnPath("docker-registry");
const folder = mkdtempSync(join(tmpdir(), "millwright-registry-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Objects as files: what a bucket holds is all that is asked here. */
const s3: S3 = {
  async put(bucket, key, content) {
    const file = join(folder, bucket, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.isBuffer(content) ? content : Buffer.from(await content.arrayBuffer()));
  },
  get: async () => undefined,
  list: async () => [],
  delete: async () => undefined,
};

const digestOf = (content: Uint8Array): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;
const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

async function served(root: string): Promise<string> {
  const port = await freePort();
  const config = join(folder, "config.yml");
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${root}}}\nhttp: {addr: "127.0.0.1:${port}"}\n`,
  );
  const child = spawn(program ?? "", ["serve", config], { stdio: "ignore" });
  after(() => child.kill());
  const url = `http://127.0.0.1:${port}/v2`;
  for (let tries = 0; tries < 1200; tries += 1) {
    const isUp = await fetch(`${url}/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("docker-registry did not start");
}

test("a real registry serves each image of the lab's bucket: its tag, its manifest, its layers", {
  skip: program === undefined ? "not run: docker-registry" : false,
}, async () => {
  const lfs = lfsObjectsOf(7, 3);
  await fillBuckets(s3, "production", lfs);
  const url = await served(join(folder, bucketOf("production", "registry")));

  const { repositories } = (await (await fetch(`${url}/_catalog`)).json()) as {
    readonly repositories: readonly string[];
  };
  assert.deepEqual(
    repositories,
    lfs.map(({ projectId }) => `team-${projectId}/model-${projectId}`),
  );
  for (const name of repositories) {
    const tags: unknown = await (await fetch(`${url}/${name}/tags/list`)).json();
    assert.deepEqual(tags, { name, tags: ["latest"] });
    const reply = await fetch(`${url}/${name}/manifests/latest`, { headers: { accept: manifestType } });
    const manifest = Buffer.from(await reply.arrayBuffer());
    assert.equal(reply.headers.get("docker-content-digest"), digestOf(manifest));
    const { config, layers } = JSON.parse(manifest.toString()) as {
      readonly config: { readonly digest: string };
      readonly layers: readonly { readonly digest: string }[];
    };
    for (const { digest } of [config, ...layers]) {
      const blob = await fetch(`${url}/${name}/blobs/${digest}`);
      assert.equal(digestOf(Buffer.from(await blob.arrayBuffer())), digest);
    }
    assert.equal(layers.length, 1);
  }
});
