import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { instantOf } from "../../../kernel/instant.ts";
import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Kept, Source } from "./earlier.ts";
import { joined } from "./merge.ts";
import { byKey, Listing } from "./order.ts";
import { Deleted } from "./survey.ts";

const modified = instantOf(0);
const listedAs = (key: string): ListedObject => ({ key, size: 1, etag: undefined, modified });

function sourceOf(keys: readonly string[]): Source {
  const pack: Part = { snapshot: "s", file: "f", bytes: 1, sha256: "", added: 1 };
  return {
    isBackup: true,
    async *read() {
      for (const [place, key] of keys.entries()) {
        const kept: Kept = { entry: { key, size: 1, modified, sha256: "", pack: 0, place }, pack };
        yield kept;
      }
    },
  };
}

const copied = (key: string, at = modified) => ({
  entry: { key, size: 1, modified: at, sha256: "", pack: 0, place: 0 },
});

function bucketOf(pages: readonly (readonly string[])[], head: readonly string[] = []): ObjectBucket {
  const stub: Pick<ObjectBucket, "label" | "list" | "head"> = {
    label: "bucket",
    async *list() {
      for (const page of pages) yield page.map(listedAs);
    },
    head: async (key) => (head.includes(key) ? { ...listedAs(key), metadata: {}, tagCount: undefined } : undefined),
  };
  return stub as ObjectBucket;
}

const text = fc.string({ unit: "binary", maxLength: 6 });
const sets = fc.uniqueArray(text, { maxLength: 12 }).map((keys) => keys.toSorted(byKey));
const signal = new AbortController().signal;

async function keysOf(listing: Listing): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const objects of listing.keys()) keys.push(...objects.map(({ key }) => key));
  return keys;
}

test("keys are in the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(Math.sign(byKey(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("a list beside earlier lists names every key once, and who has it", async () => {
  await fc.assert(
    fc.asyncProperty(sets, sets, sets, async (listed, one, other) => {
      const listing = new Listing(bucketOf([listed]), "", signal);
      const found: [string, boolean, boolean, boolean][] = [];
      for await (const { objects, before } of joined(listing.keys(), [sourceOf(one), sourceOf(other)])) {
        const [first = [], second = []] = before?.kept ?? [];
        found.push([objects[0]?.key ?? before?.key ?? "", objects.length > 0, first.length > 0, second.length > 0]);
      }

      const all = [...new Set([...listed, ...one, ...other])].toSorted(byKey);
      assert.deepEqual(
        found,
        all.map((key) => [key, listed.includes(key), one.includes(key), other.includes(key)]),
      );
    }),
  );
});

test("a store that lists out of order is noticed and held; a key that comes twice counts once", async () => {
  const listing = new Listing(
    bucketOf([
      ["b", "c"],
      ["c", "a"],
    ]),
    "",
    signal,
  );

  await keysOf(listing);
  assert.equal(listing.inOrder, false);
  assert.throws(() => listing.refuseDisorder(), { remedy: "retry" });
  await listing.hold();

  assert.deepEqual(await keysOf(listing), ["a", "b", "c"]);
  listing.refuseDisorder();
  assert.deepEqual(
    await keysOf(
      new Listing(
        bucketOf([
          ["a", "b"],
          ["b", "c"],
        ]),
        "",
        signal,
      ),
    ),
    ["a", "b", "c"],
  );
});

test("versions come key by key, the oldest first, and out of order they are held so", async () => {
  const versions = (text: string) =>
    [...text.matchAll(/(\w)(\d)/g)].map(([, key = "", version = ""]) => ({
      ...listedAs(key),
      version,
      latest: false,
      deleted: false,
    }));
  const stub = (pages: readonly string[]): ObjectBucket => {
    const lists: Pick<ObjectBucket, "versions"> = {
      async *versions() {
        for (const page of pages) yield versions(page);
      },
    };
    return lists as ObjectBucket;
  };
  const read = async (listing: Listing): Promise<readonly string[]> => {
    const groups: string[] = [];
    for await (const group of listing.keys())
      groups.push(group.map(({ key, version }) => `${key}${version}`).join(" "));
    return groups;
  };
  const mixed = new Listing(stub(["b2 b1 c3", "a5 a4"]), "", signal, true);

  assert.deepEqual(await read(new Listing(stub(["a3 a2", "a1 b4"]), "", signal, true)), ["a1 a2 a3", "b4"]);
  await read(mixed);
  assert.equal(mixed.inOrder, false);
  await mixed.hold();
  assert.deepEqual(await read(mixed), ["a4 a5", "b1 b2", "c3"]);
});

test("of many deleted keys some are asked for, from the first to the last", async () => {
  const deleted = new Deleted();
  const keys = Array.from({ length: 10_000 }, (_, index) => `k${String(index).padStart(5, "0")}`);
  for (const key of keys) deleted.add(copied(key));

  assert.equal(deleted.count, 10_000);
  const later = instantOf(5000);
  await deleted.refuseLies(bucketOf([]), later);
  await assert.rejects(
    deleted.refuseLies(bucketOf([], keys.slice(0, 5_000)), later),
    /does not list "k0\d+", and has it/,
  );
  await assert.rejects(
    deleted.refuseLies(bucketOf([], keys.slice(3_000, 6_000)), later),
    /the list is not to be trusted/,
  );
});

test("a key that is put back while the bucket is listed makes no lie of the list", async () => {
  const deleted = new Deleted();
  const earlier = instantOf(-86_400_000);
  deleted.add(copied("model", earlier));

  await deleted.refuseLies(bucketOf([], ["model"]), modified);
  await deleted.refuseLies(bucketOf([], ["model"]), instantOf(900));
  await assert.rejects(
    deleted.refuseLies(bucketOf([], ["model"]), instantOf(1000)),
    /does not list "model", and has it/,
  );
});
