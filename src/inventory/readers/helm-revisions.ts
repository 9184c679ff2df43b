import { type Node, type Step, scalarAt, walk } from "../../kernel/tree.ts";
import type { PinDraft } from "../reader.ts";
import { generatorRevision, type PathOf, revisionPin } from "./argocd-source.ts";

/** Values of charts that write Applications (app of apps): `targetRevision`, and the `revision` of Git generators. */
export function revisionsIn(values: Node, pathOf: PathOf): readonly PinDraft[] {
  const found: PinDraft[] = [];
  walk(values, (node, steps) => {
    if (node.kind !== "mapping") return true;
    const above = [...steps];
    const here: PathOf = (rest) => pathOf([...above, ...rest]);
    const pin =
      scalarAt(node, "targetRevision") === undefined
        ? generatorRevision(node, here, true)
        : revisionPin(node, { pathOf: here, partial: true, fallbackName: nameAbove(steps) });
    if (pin !== undefined) found.push(pin);
    return true;
  });
  return found;
}

/** A source that names no repository is called after the section it stands in. */
function nameAbove(steps: readonly Step[]): string {
  const words = steps.filter((step) => typeof step === "string");
  return words.findLast((word) => !/^(?:sources?|spec|template)$/.test(word)) ?? "targetRevision";
}
