import { createHash } from "node:crypto";
import { join } from "node:path";
import { type ObjectStore, startObjectStore } from "../../lab/servers/object-store.ts";
import { openBucket } from "../../src/edge/object-store.ts";
import type { ObjectBucket } from "../../src/kernel/object-store.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { pick, type Random } from "../random.ts";

const bucket = "artifacts";
const keys = 60;
export const accessKey = "chaos";
export const secretKey = "canary-of-the-secret-key";

/** What an object holds is told by its key and a version that stands at its beginning. */
export function contentOf(key: string, version: string): Buffer {
  const digest = createHash("sha256").update(`${key} ${version}`).digest();
  const size = 2000 + (digest.readUInt16BE(0) % 60_000);
  const filler = Buffer.alloc(size, digest);
  return Buffer.concat([Buffer.from(`${key} ${version}\n`), filler]);
}

/** Whether it is whole, of any version. */
export function isContentOf(key: string, bytes: Buffer): boolean {
  const version = /^\S+ (v\d+)\n/.exec(bytes.toString("latin1", 0, 200))?.[1] ?? "none";
  return contentOf(key, version).equals(bytes);
}

/** A bucket whose objects are replaced and deleted. */
export class SourceObjects {
  readonly #store: ObjectStore;
  readonly #bucket: ObjectBucket;
  readonly #random: Random;
  #version = 0;

  private constructor(store: ObjectStore, random: Random) {
    this.#store = store;
    this.#random = random;
    this.#bucket = openBucket({ ...this.place, accessKey, secretKey });
  }

  /** undefined where there is no program that speaks S3. */
  static async start(folder: string, random: Random): Promise<SourceObjects | undefined> {
    const store = await startObjectStore({
      tools: join(import.meta.dirname, "..", "..", ".cache", "tools"),
      folder,
      port: await freePort(),
      accessKey,
      secretKey,
      buckets: [bucket, "gitlab-backups"],
      register: () => undefined,
    });
    if (store === undefined) return undefined;
    const made = new SourceObjects(store, random);
    for (let index = 0; index < keys; index += 1) await made.replace(`runs/${index}/model.bin`);
    return made;
  }

  get place(): { readonly endpoint: string; readonly bucket: string; readonly region: string } {
    return { endpoint: this.#store.url, bucket, region: "us-east-1" };
  }

  /** Where a bucket's objects lie as files. */
  folderOf(name: string): string {
    return this.#store.folderOf(name);
  }

  async replace(key = this.#any()): Promise<void> {
    this.#version += 1;
    const content = contentOf(key, `v${this.#version}`);
    await this.#bucket.put(
      key,
      (async function* () {
        yield content;
      })(),
    );
  }

  async delete(): Promise<void> {
    await this.#bucket.delete(this.#any());
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #any(): string {
    return pick(
      this.#random,
      Array.from({ length: keys }, (_, index) => `runs/${index}/model.bin`),
    );
  }
}
