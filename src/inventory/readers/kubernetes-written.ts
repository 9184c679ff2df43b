import { type Node, type Scalar, type Step, scalarAt } from "../../kernel/tree.ts";
import type { PinState } from "../../kernel/version.ts";
import { type PinDraft, placeOf } from "../reader.ts";

/** The scalar at `steps` when something is written there: not for null and `""`. */
export function writtenAt(node: Node | undefined, ...steps: readonly Step[]): Scalar | undefined {
  const scalar = scalarAt(node, ...steps);
  return scalar === undefined || scalar.value === null || scalar.text === "" ? undefined : scalar;
}

/** What a field says of a pin's version; without it the pin stands at `parent`. */
export function versionIn(
  version: Scalar | undefined,
  parent: Node,
  judge: (text: string | undefined) => PinState,
): Pick<PinDraft, "version" | "state" | "place"> {
  const state = version?.templated ? "unknown" : judge(version?.text);
  return { version: version?.text, state, place: placeOf(version ?? parent) };
}

/** The fields that have a value: notes leave out what is not written. */
export function defined<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  // `fromEntries` forgets the keys' types.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
