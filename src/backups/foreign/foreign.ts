import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import { unknown } from "../../kernel/fact.ts";
import type { KubeObject, KubeReader, KubeType } from "../../kernel/kube.ts";

/** What others' backups of one store look like; whether they can be restored, nothing here tells. */
export interface ForeignSeen {
  /** The newest that ended well. `at`: the moment that it shows, as far as its maker tells. */
  readonly newest: { readonly name: string; readonly at: string; readonly bytes: number | undefined } | undefined;
  /** How many there are that ended well. */
  readonly good: number;
  /** What is wrong now: the newest failed, its storage is out of reach. */
  readonly faults: readonly string[];
  /** What is to be known of it, and is no fault. */
  readonly notes: readonly string[];
}

/** The objects of a type: *absent* where its operator is not installed, *unknown* when one of them has another shape. */
export async function objectsOf<T>(
  cluster: KubeReader,
  type: KubeType,
  shape: z.ZodType<T>,
  namespace?: string,
): Promise<Fact<readonly Seen<T>[]>> {
  const listed = await cluster.list(type, namespace === undefined ? {} : { namespace });
  if (listed.kind !== "known") return listed;
  const items: Seen<T>[] = [];
  for (const object of listed.value.items) {
    const parsed = shape.safeParse(object);
    if (!parsed.success)
      return unknown(
        `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name} does not look as expected: ${z.prettifyError(parsed.error)}`,
        `kubectl get ${type.plural} -o yaml: is it of a version that is not known here?`,
      );
    items.push({ object, value: parsed.data });
  }
  return { kind: "known", value: items, source: listed.source };
}

export interface Seen<T> {
  readonly object: KubeObject;
  readonly value: T;
}

/** The newest first; what has no moment last. */
export function newestFirst<T>(list: readonly T[], at: (one: T) => string | undefined): readonly T[] {
  const millis = (one: T): number => Date.parse(at(one) ?? "") || 0;
  return list.toSorted((a, b) => millis(b) - millis(a));
}

/** How `newest` is told; undefined where there is none, or none has a moment. */
export function newestOf(
  object: KubeObject | undefined,
  at: string | undefined,
  bytes: number | undefined,
): ForeignSeen["newest"] {
  return object === undefined || at === undefined ? undefined : { name: object.metadata.name, at, bytes };
}
