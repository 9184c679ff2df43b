// oxlint-disable no-restricted-imports -- tests start what they speak to
import { bytesOf, chunksOf } from "../../../edge/object-store.test-support.ts";
import type { ObjectBucket, ObjectVersion } from "../../../kernel/object-store.ts";
import { allOf } from "../../lines.ts";
import type { Restoring } from "../../restore/contract.ts";
import { openList } from "./list.ts";
import { configOf, keeping, type Made, type MemoryRepository, restoring } from "./objects.test-support.ts";
import { restoreObjects } from "./restore-kind.ts";

/** The contents that keys have had, the oldest first; `deleted` is a delete marker. */
export async function historyOf(
  bucket: ObjectBucket,
  prefix: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const all: ObjectVersion[] = [];
  for await (const page of bucket.versions(prefix)) all.push(...page);
  const history: Record<string, string[]> = {};
  for (const { key, version, deleted } of all.reverse()) {
    const read = deleted ? undefined : await bucket.get(key, { version });
    const text = read?.kind === "read" ? (await bytesOf(read.content)).toString() : "deleted";
    (history[key.slice(prefix.length)] ??= []).push(text);
  }
  return history;
}

export const inPlace = { kind: "in-place" } as const;
export const into = (bucket: string, prefix: string) => ({ kind: "bucket", bucket, prefix }) as const;

export async function filled(prefix: string): Promise<ObjectBucket> {
  const bucket = await keeping("history");
  await bucket.put(`${prefix}a`, chunksOf("a1"), { metadata: { "x-amz-meta-run": "1" } });
  await bucket.put(`${prefix}a`, chunksOf("a2"), { metadata: { "x-amz-meta-run": "2" } });
  await bucket.delete(`${prefix}a`);
  await bucket.put(`${prefix}a`, chunksOf("a3"));
  await bucket.put(`${prefix}gone`, chunksOf("g1"));
  await bucket.delete(`${prefix}gone`);
  await bucket.put(`${prefix}once`, chunksOf("o1"));
  return bucket;
}

export const whole = { a: ["a1", "a2", "deleted", "a3"], gone: ["g1", "deleted"], once: ["o1"] };

export async function entriesOf(repository: MemoryRepository, made: Made) {
  return allOf((await openList(repository.lent().readPart(made.body.list))).entries);
}

export async function run(
  repository: MemoryRepository,
  made: Made,
  target: Parameters<typeof restoreObjects.run>[2],
  lent?: Restoring,
) {
  return restoreObjects.run(made, configOf("history"), target, lent ?? restoring(repository, prefixOf(made)));
}

const prefixOf = ({ body }: Made): string => body.prefix;
