import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { instantOf } from "../../../kernel/instant.ts";
import type { ObjectBucket, ObjectVersion } from "../../../kernel/object-store.ts";
import { allOf } from "../../lines.ts";
import { openList } from "./list.ts";
import { MemoryRepository, skip } from "./objects.test-support.ts";

interface Version {
  readonly version: string;
  /** undefined: a delete marker. */
  readonly content: string | undefined;
}

/** A bucket that keeps versions, in memory. */
class Kept {
  readonly keys = new Map<string, Version[]>();
  #count = 0;
  #copied = 0;

  /** What is there now was copied. */
  copied(): void {
    this.#copied = this.#count;
  }

  put(key: string, content: string | undefined): void {
    this.#count += 1;
    this.keys.set(key, [...(this.keys.get(key) ?? []), { version: `v${this.#count}`, content }]);
  }

  expire(key: string, place: number): void {
    const versions = this.keys.get(key) ?? [];
    this.keys.set(key, versions.toSpliced(place % Math.max(1, versions.length), 1));
  }

  listed(): readonly ObjectVersion[] {
    return [...this.keys]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, versions]) =>
        versions
          .map(({ version, content }, index) => ({
            key,
            version,
            size: content?.length ?? 0,
            etag: content === undefined ? undefined : hash("md5", content),
            modified: instantOf(0),
            latest: index === versions.length - 1,
            deleted: content === undefined,
          }))
          .reverse(),
      );
  }

  /** `breaksAt`: the copy that fails. What is new is listed as larger then, if its turn is so: it fills a pack. */
  bucket(breaksAt: number | undefined, larger: readonly boolean[]): Partial<ObjectBucket> {
    let gets = 0;
    const isLarger = ({ version, deleted }: ObjectVersion): boolean => {
      const number = Number(version.slice(1));
      return !deleted && number > this.#copied && larger[number % Math.max(1, larger.length)] === true;
    };
    const listed = () => this.listed().map((one) => (isLarger(one) ? { ...one, size: 300_000_000 } : one));
    const found = (key: string, version: string | undefined): Version | undefined =>
      this.keys.get(key)?.find((one) => one.version === version);
    return {
      versioning: async () => "enabled",
      head: async () => undefined,
      versions: async function* () {
        const all = listed();
        for (let at = 0; at < all.length; at += 3) yield all.slice(at, at + 3);
      },
      async get(key, { version } = {}) {
        gets += 1;
        if (breaksAt !== undefined && gets >= breaksAt) throw new SystemError("the machine is gone", "retry");
        const content = found(key, version)?.content;
        if (content === undefined) return { kind: "absent" };
        return {
          kind: "read",
          size: content.length,
          etag: hash("md5", content),
          version,
          etagMayBeMd5: true,
          metadata: {},
          tagCount: undefined,
          content: chunksOf(content),
        };
      },
    };
  }
}

const key = fc.constantFrom("a", "b", "c");
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      key,
      content: fc.string({ minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("expire" as const), key, place: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("back up" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("break off" as const),
      at: fc.integer({ min: 2, max: 4 }),
      larger: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    }),
  },
);

test("whatever was copied before, by whole runs and broken ones, a list has all versions as the bucket lists them", {
  skip,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const repository = new MemoryRepository();
      const kept = new Kept();
      for (const one of steps) {
        if (one.kind === "put") kept.put(one.key, one.content);
        if (one.kind === "delete") kept.put(one.key, undefined);
        if (one.kind === "expire") kept.expire(one.key, one.place);
        if (one.kind === "back up") {
          await repository.backUp("history", () => kept.bucket(undefined, []), true);
          kept.copied();
        }
        if (one.kind === "break off")
          await repository
            .backUp("history", () => kept.bucket(one.at, one.larger), true)
            .catch((thrown: Error) => assert.match(thrown.message, /the machine is gone/));
      }

      const made = await repository.backUp("history", () => kept.bucket(undefined, []), true);

      const { entries } = await openList(repository.lent().readPart(made.body.list));
      const listed = kept.listed().toReversed();
      assert.deepEqual(
        (await allOf(entries)).map((one) => [one.key, one.version, one.older !== true, one.deleted === true]),
        listed
          .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
          .map(({ key: name, version, latest, deleted }) => [name, version, latest, deleted]),
      );
      assert.deepEqual((await repository.prove(made)).verdict, { kind: "proven" });
    }),
    { numRuns: 150 },
  );
});
