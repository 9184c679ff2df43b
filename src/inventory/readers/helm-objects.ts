import { type Mapping, type Scalar, textAt, walk } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { PinDraft } from "../reader.ts";
import type { PathOf } from "./argocd-source.ts";
import { readImages } from "./kubernetes-images.ts";
import type { ImageTree } from "./kubernetes-tree.ts";

/** Images of Kubernetes objects that Helm values hold as text: `extraDeploy`, an operator's whole configuration. */
export function imagesOfObjectsIn(values: Mapping, file: SourceFile, pathOf: PathOf): readonly PinDraft[] {
  const found: PinDraft[] = [];
  const read = (tree: ImageTree): void => readImages(tree, (draft) => void found.push(draft), read);
  walk(values, (node, steps) => {
    if (node.kind !== "scalar" || !mayHoldObject(node)) return true;
    for (const { root, index } of file.embedded(node)) {
      const apiVersion = textAt(root, "apiVersion");
      const kind = textAt(root, "kind");
      if (root === undefined || apiVersion === undefined || kind === undefined) continue;
      const place = index === 0 ? [...steps] : [...steps, `#${index + 1}`];
      read({ file, root, steps: place, pathOf, apiVersion, kind, depth: 1 });
    }
    return true;
  });
  return found;
}

function mayHoldObject({ style, text }: Scalar): boolean {
  return (style === "literal" || style === "folded") && text.includes("apiVersion") && /image/i.test(text);
}
