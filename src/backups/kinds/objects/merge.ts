import type { Kept, Source } from "./earlier.ts";
import { byKey, type Listed } from "./order.ts";

/** All that was copied before of one key, by the source's place in their list. */
export interface Before {
  readonly key: string;
  readonly kept: readonly (readonly Kept[])[];
}

/** A key that the bucket has, or an earlier list, or both. */
export interface Pair {
  /** None where the bucket does not list it; more than one where versions are listed. */
  readonly objects: readonly Listed[];
  readonly before: Before | undefined;
}

/** Several sorted sources as one; holds what each has of one key. */
export async function* mergedBefore(sources: readonly Source[]): AsyncGenerator<Before> {
  const readers = sources.map((source) => keyByKey(source.read()));
  try {
    const heads = await Promise.all(readers.map(nextOf));
    for (;;) {
      const keys = heads.flatMap((one) => (one?.[0] === undefined ? [] : [one[0].entry.key]));
      if (keys.length === 0) return;
      const key = keys.reduce((least, one) => (byKey(one, least) < 0 ? one : least));
      const kept = heads.map((one) => (one?.[0]?.entry.key === key ? one : []));
      yield { key, kept };
      for (const [index, reader] of readers.entries())
        if (kept[index] === heads[index]) heads[index] = await nextOf(reader);
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

async function* keyByKey(entries: AsyncIterable<Kept>): AsyncGenerator<readonly Kept[]> {
  let group: Kept[] = [];
  for await (const one of entries) {
    if (group[0] !== undefined && group[0].entry.key !== one.entry.key) {
      yield group;
      group = [];
    }
    group.push(one);
  }
  if (group.length > 0) yield group;
}

/** The bucket's list beside what was copied before, key by key. */
export async function* joined(
  listed: AsyncIterable<readonly Listed[]>,
  sources: readonly Source[],
): AsyncGenerator<Pair> {
  const [left, right] = [listed[Symbol.asyncIterator](), mergedBefore(sources)];
  try {
    let [objects, before] = [await nextOf(left), await nextOf(right)];
    for (;;) {
      const pair = firstOf(objects, before);
      if (pair === undefined) return;
      yield pair;
      if (pair.objects === objects) objects = await nextOf(left);
      if (pair.before === before) before = await nextOf(right);
    }
  } finally {
    await left.return?.();
    await right.return(undefined);
  }
}

/** What comes first of both, or both where their keys are the same. */
function firstOf(objects: readonly Listed[] | undefined, before: Before | undefined): Pair | undefined {
  const key = objects?.[0]?.key;
  if (objects === undefined || key === undefined) return before === undefined ? undefined : { objects: [], before };
  const order = before === undefined ? -1 : byKey(key, before.key);
  return { objects: order <= 0 ? objects : [], before: order >= 0 ? before : undefined };
}

async function nextOf<T>(iterator: AsyncIterator<T>): Promise<T | undefined> {
  const step = await iterator.next();
  return step.done === true ? undefined : step.value;
}
