import type * as z from "zod";
import type { KubeObject, KubeReader, KubeSelection, KubeType } from "../kernel/kube.ts";
import type { Reading } from "./probe.ts";
import { absentReading, unhealthy, unknownReading } from "./readings.ts";

export interface ListAsk {
  readonly subject: string;
  readonly type: KubeType;
  readonly selection?: KubeSelection;
}

/** An object with the part of it that the probe reads. */
export interface ReadObject<T> {
  readonly object: KubeObject;
  readonly name: string;
  readonly value: T;
}

type Listed<T> =
  | { readonly kind: "items"; readonly items: readonly ReadObject<T>[] }
  | { readonly kind: "reading"; readonly reading: Reading };

/** All objects of a type; a type that the cluster does not serve is *absent*, a missing right *unknown*. */
export async function listed<S extends z.ZodType>(
  kube: KubeReader,
  ask: ListAsk,
  schema: S,
): Promise<Listed<z.output<S>>> {
  const { plural, apiVersion } = ask.type;
  const answer = await kube.list(ask.type, ask.selection);
  if (answer.kind === "absent")
    return {
      kind: "reading",
      reading: absentReading(ask.subject, `${kube.label} does not serve ${plural}.${apiVersion}`),
    };
  if (answer.kind === "unknown")
    return { kind: "reading", reading: unknownReading(ask.subject, answer.why, answer.howToLearn) };
  const items: ReadObject<z.output<S>>[] = [];
  for (const object of answer.value.items) {
    const parsed = schema.safeParse(object);
    if (!parsed.success)
      return {
        kind: "reading",
        reading: unhealthy(ask.subject, "unreadable", `${plural} ${object.metadata.name} has another shape`),
      };
    items.push({ object, name: nameOf(object), value: parsed.data });
  }
  return { kind: "items", items };
}

/** `namespace/name`, or the name of what belongs to the cluster. */
export function nameOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** The first few names, and how many more there are. */
export function someOf(names: readonly string[]): string {
  return names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
}
