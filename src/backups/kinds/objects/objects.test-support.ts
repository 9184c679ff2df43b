// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { createHash } from "node:crypto";
import { openBackups } from "../../../edge/backups.ts";
import { bucketOf, expire, gateway, keepVersions } from "../../../edge/object-store.test-support.ts";
import { openBucket } from "../../../edge/object-store.ts";
import { isFeed } from "../../../kernel/backup-ports.ts";
import { InputError } from "../../../kernel/errors.ts";
import { type Instant, instantOf } from "../../../kernel/instant.ts";
import type { BucketAddress, ObjectBucket } from "../../../kernel/object-store.ts";
import type { ObjectsStore } from "../../../platform/backup-stores.ts";
import { systems } from "../../../systems/index.ts";
import { allOf } from "../../lines.ts";
import type { CataloguedBackup, CataloguedPack } from "../../repository/catalogue.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Repository } from "../../repository/restic.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { OwnProving, Proved, SealedBody, Taking } from "../../store-kind.ts";
import type { ObjectsBody } from "./body.ts";
import { objects } from "./index.ts";

const store = await gateway(
  "plain",
  "moving",
  "lying",
  "killed",
  "restored",
  "empty",
  "many",
  "beside",
  "beside-copy",
  "history",
  "history-copy",
  "history-flat",
  "suspended",
  "elsewhere",
  "elsewhere-copy",
  "begun",
  "begun-copy",
  "folder",
);
export const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const quick = { pauseMs: 1 };

export function addressOf(bucket: string): BucketAddress {
  if (store === undefined) throw new Error("there is no store");
  return bucketOf(store, bucket);
}

/** The rest of what a restore is lent is not asked for. */
export function restoring(repository: MemoryRepository, prefix = ""): Restoring {
  const ports = {
    ...openBackups(process.env).ports,
    openBucket: (address: BucketAddress) => openBucket(address, quick),
  };
  return { ...repository.lent(), ports, secret: secretOf, id: "restore-1", prefix } as unknown as Restoring;
}

/** The bucket, which keeps versions from now on, or keeps no more. */
export async function keeping(name: string, status?: "Suspended"): Promise<ObjectBucket> {
  if (store !== undefined) await keepVersions(store, name, status);
  return bucketAt(name);
}

/** Takes all versions of a key away for good. */
export async function expireAll(name: string, key: string): Promise<void> {
  for await (const page of bucketAt(name).versions(key))
    for (const { version } of page) if (store !== undefined) await expire(store, name, key, version);
}

export const bucketAt = (name: string): ObjectBucket => openBucket(addressOf(name), quick);

export function configOf(name: string, versions = false): ObjectsStore {
  const { endpoint, bucket, region } = addressOf(name);
  const place = { endpoint, bucket, region, prefix: "" };
  const [accessKey, secretKey] = [
    { kind: "env", name: "ACCESS" },
    { kind: "env", name: "SECRET" },
  ] as const;
  return { component: "mlflow", store: "objects", kind: "objects", versions, ...place, accessKey, secretKey };
}

export const secretOf: Taking["secret"] = async (ref) =>
  JSON.stringify(ref).includes("ACCESS") ? "tests" : "canary-of-the-secret-key";

export type Made = SealedBody<ObjectsBody>;

/** What a repository does, in memory: what is stored by a stream that throws is not there. */
export class MemoryRepository {
  readonly stored = new Map<string, Buffer>();
  readonly backups: (CataloguedBackup & { readonly sealed: Made })[] = [];
  packs: CataloguedPack[] = [];
  readonly #prefix: string;
  #now = Date.UTC(2026, 10, 20, 9);

  /** Of the keys that are backed up. */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  now(): Instant {
    return instantOf((this.#now += 1000));
  }

  async backUp(
    name: string,
    changed: (bucket: ObjectBucket) => Partial<ObjectBucket> = () => ({}),
    versions = false,
  ): Promise<Made> {
    const id = `mlflow-objects-${this.#now}`;
    const taken = await objects.take({ ...configOf(name, versions), prefix: this.#prefix }, this.#taking(id, changed));
    const sealed = {
      id,
      takenAt: taken.takenAt,
      kind: "objects",
      parts: [],
      packs: [...(taken.packs ?? [])],
      body: taken.body,
    } as unknown as Made;
    const takenAt = this.now();
    const said = { environment: "production", store: "mlflow/objects", kind: "objects", takenAt, bytes: 0 };
    const one = { id, ...said, digest: "", manifest: "", parts: [], proofs: [], sealed };
    this.backups.unshift(one as unknown as (typeof this.backups)[number]);
    return sealed;
  }

  /** Puts other bytes where a part was, and makes the part say so. */
  replace(part: Part, bytes: Buffer): void {
    this.stored.set(part.snapshot, bytes);
    Object.assign(part, { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  }

  prove(sealed: Made): Promise<Proved> {
    return objects.prove(sealed, this.lent() as unknown as OwnProving);
  }

  lent() {
    return {
      readPart: (part: Part) => this.#read(part),
      progress: () => undefined,
      signal: new AbortController().signal,
    };
  }

  async *#read({ snapshot, sha256 }: Part): AsyncGenerator<Uint8Array> {
    const bytes = this.stored.get(snapshot);
    if (bytes === undefined) throw new InputError("no such snapshot");
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new InputError("its bytes are others");
  }

  #taking(id: string, changed: (bucket: ObjectBucket) => Partial<ObjectBucket>): Taking {
    const stored = this.stored;
    const repository = {
      async *dump(snapshot: string) {
        const bytes = stored.get(snapshot);
        if (bytes === undefined) throw new InputError("no such snapshot");
        yield bytes;
      },
    };
    const storePart: Taking["storePart"] = async (file, source) => {
      if (isFeed(source)) throw new Error(`${file} would have to be read by a program`);
      const bytes = Buffer.concat(await allOf(source));
      const snapshot = `${id}/${file}`;
      stored.set(snapshot, bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return { snapshot, file, bytes: bytes.length, sha256, added: bytes.length };
    };
    const openPort = (address: BucketAddress): ObjectBucket => {
      const opened = openBucket(address, quick);
      return { ...opened, ...changed(opened) };
    };
    return {
      ...this.lent(),
      id,
      identity: {
        installation: "acme",
        environment: "production",
        component: "mlflow",
        store: "objects",
      },
      ports: { ...openBackups(process.env).ports, openBucket: openPort },
      cluster: () => Promise.reject(new InputError("no cluster")),
      secret: secretOf,
      repository: repository as unknown as Repository,
      class: "by-hand",
      stores: [],
      others: this.backups,
      earlier: this.backups,
      packs: this.packs.filter(({ snapshot }) => stored.has(snapshot)),
      bodyOf: async (backup) => this.backups.find((one) => one.id === backup.id)?.sealed.body,
      systems,
      clock: { now: () => this.now() },
      storePart,
      storePack: async (file, stream) => {
        const part = await storePart(file, stream);
        this.packs.push({ snapshot: part.snapshot, file, backup: id, store: "mlflow/objects", at: this.now() });
        return part;
      },
    };
  }
}
