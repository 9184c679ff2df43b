import type { Node, Step } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";

/** A tree in which images are looked for: a Kubernetes object, or a document inside one of its strings. */
export interface ImageTree {
  readonly file: SourceFile;
  readonly root: Node;
  /** Where `root` stands in its document. */
  readonly steps: readonly Step[];
  readonly pathOf: (steps: readonly Step[]) => string;
  readonly apiVersion: string;
  readonly kind: string;
  /** How many strings it stands in: 0 for an object itself. */
  readonly depth: number;
}
