import type { ListedObject } from "../../../kernel/object-store.ts";
import { type Kept, type Source } from "./earlier.ts";
import { byKey } from "./order.ts";

/** All that was copied before of one key, by the source's place in their list. */
export interface Before {
  readonly key: string;
  readonly kept: readonly (Kept | undefined)[];
}

/** A key that the bucket has, or an earlier list, or both. */
export interface Pair {
  readonly object: ListedObject | undefined;
  readonly before: Before | undefined;
}

/** Several sorted sources as one; holds one entry of each. */
export async function* mergedBefore(sources: readonly Source[]): AsyncGenerator<Before> {
  const readers = sources.map((source) => source.read()[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map(nextOf));
    for (;;) {
      const keys = heads.flatMap((one) => (one === undefined ? [] : [one.entry.key]));
      if (keys.length === 0) return;
      const key = keys.reduce((least, one) => (byKey(one, least) < 0 ? one : least));
      const kept = heads.map((one) => (one?.entry.key === key ? one : undefined));
      yield { key, kept };
      for (const [index, reader] of readers.entries())
        if (kept[index] !== undefined) heads[index] = await nextOf(reader);
    }
  } finally {
    for (const reader of readers) await reader.return?.();
  }
}

/** The bucket's list beside what was copied before, key by key. */
export async function* joined(listed: AsyncIterable<ListedObject>, sources: readonly Source[]): AsyncGenerator<Pair> {
  const [left, right] = [listed[Symbol.asyncIterator](), mergedBefore(sources)];
  try {
    let [object, before] = [await nextOf(left), await nextOf(right)];
    while (object !== undefined || before !== undefined) {
      const order = orderOf(object, before);
      yield { object: order <= 0 ? object : undefined, before: order >= 0 ? before : undefined };
      if (order <= 0) object = await nextOf(left);
      if (order >= 0) before = await nextOf(right);
    }
  } finally {
    await left.return?.();
    await right.return(undefined);
  }
}

function orderOf(object: ListedObject | undefined, before: Before | undefined): number {
  if (object === undefined) return 1;
  return before === undefined ? -1 : byKey(object.key, before.key);
}

async function nextOf<T>(reader: AsyncIterator<T>): Promise<T | undefined> {
  const step = await reader.next();
  return step.done === true ? undefined : step.value;
}
