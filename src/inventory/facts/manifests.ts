import { itemsAt, type Mapping, type Node, textAt } from "../../kernel/tree.ts";
import { environmentOf, type PlatformConfig } from "../../platform/config.ts";
import type { Manifest, SourceFile } from "../../platform/source.ts";

/** The Kubernetes objects of a file: every document with `apiVersion` and `kind`; the items of a List instead of the List. */
export function manifestsIn(file: SourceFile, config: PlatformConfig): readonly Manifest[] {
  const environment = environmentOf(file.path, config);
  return file.documents
    .flatMap((document) => objectsIn(document.root))
    .map((root) => ({
      file,
      apiVersion: textAt(root, "apiVersion") ?? "",
      kind: textAt(root, "kind") ?? "",
      name: textAt(root, "metadata", "name") ?? "",
      namespace: textAt(root, "metadata", "namespace"),
      environment,
      root,
    }));
}

/** A document's objects; a `List` may hold lists. */
function objectsIn(root: Node | undefined): readonly Mapping[] {
  if (root?.kind !== "mapping") return [];
  const kind = textAt(root, "kind");
  if (kind === undefined || textAt(root, "apiVersion") === undefined) return [];
  return kind.endsWith("List") && itemsAt(root, "items").length > 0
    ? itemsAt(root, "items").flatMap(objectsIn)
    : [root];
}
