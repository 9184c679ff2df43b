import { itemsAt, type Mapping, type Node, type Step, textAt } from "../../kernel/tree.ts";

/** Lists in lists: deeper than anybody writes. */
const deepest = 10;

/** A document's Kubernetes objects with their place in it; of a List its items, which may be lists again. */
export function objectsWithPath(
  root: Node | undefined,
  steps: readonly Step[] = [],
): readonly (readonly [Mapping, readonly Step[]])[] {
  if (root?.kind !== "mapping") return [];
  const kind = textAt(root, "kind");
  if (kind === undefined || textAt(root, "apiVersion") === undefined) return [];
  const items = kind.endsWith("List") ? itemsAt(root, "items") : [];
  if (items.length === 0 || steps.length >= 2 * deepest) return [[root, steps]];
  return items.flatMap((item, index) => objectsWithPath(item, [...steps, "items", index]));
}
