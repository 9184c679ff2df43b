import { at, itemsAt, type Mapping, type Node, textAt } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { Output } from "../reader.ts";

/** Versions that patches written in a kustomization set on Applications: as JSON patches, or as a piece of the object. */
export function readRevisions(root: Mapping, folder: string, file: SourceFile, out: Output): void {
  const entries = ["patches", "patchesJson6902", "patchesStrategicMerge"].flatMap((key) => itemsAt(root, key));
  for (const entry of entries) {
    const name = textAt(entry, "target", "name");
    for (const revision of revisionsIn(entry.kind === "scalar" ? entry : at(entry, "patch"), file))
      out.note({ kind: "revision-patch", folder, ...revision, ...(name === undefined ? {} : { name }) });
  }
}

function revisionsIn(patch: Node | undefined, file: SourceFile): readonly Revision[] {
  if (patch?.kind !== "scalar" || !patch.text.includes("targetRevision")) return [];
  return file.embedded(patch).flatMap(({ root }) => (root?.kind === "sequence" ? operationsIn(root) : mergesIn(root)));
}

interface Revision {
  readonly source: number;
  readonly revision: string;
  readonly name?: string;
}

const revisionPath = /^\/spec\/source(?:s\/(\d+))?\/targetRevision$/;

function operationsIn(operations: Node): readonly Revision[] {
  return itemsAt(operations).flatMap((operation) => {
    const path = revisionPath.exec(textAt(operation, "path") ?? "");
    const revision = textAt(operation, "value");
    const sets = ["add", "replace"].includes(textAt(operation, "op") ?? "");
    return path === null || revision === undefined || !sets ? [] : [{ source: Number(path[1] ?? 0), revision }];
  });
}

/** A merge of `sources` would replace the whole list, which says more than a version: it is left alone. */
function mergesIn(object: Node | undefined): readonly Revision[] {
  if (object === undefined || textAt(object, "kind") !== "Application") return [];
  const revision = textAt(object, "spec", "source", "targetRevision");
  const name = textAt(object, "metadata", "name");
  return revision === undefined ? [] : [{ source: 0, revision, ...(name === undefined ? {} : { name }) }];
}
