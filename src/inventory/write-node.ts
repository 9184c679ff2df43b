import type { Mapping, Node, Scalar } from "../kernel/tree.ts";
import { walk } from "../kernel/tree.ts";
import type { SourceFile } from "../platform/source.ts";
import { parseHcl } from "./readers/hcl.ts";

/** Where a change lands in the syntax of its file. */
export interface Spot<N extends Node> {
  readonly node: N;
  readonly syntax: "yaml" | "hcl";
  /** How the string is written that holds the document; undefined where the document is the file. */
  readonly within: Scalar["style"] | undefined;
}

/** Documents inside strings inside strings end here. */
const deepest = 3;

/** The innermost scalar that holds the characters `[start, end)`; undefined in a file that is neither YAML nor HCL. */
export function scalarAround(file: SourceFile, start: number, end: number): Spot<Scalar> | undefined {
  return find(file, (node) => (node.kind === "scalar" && node.start <= start && end <= node.end ? node : undefined), [
    start,
    end,
  ]);
}

/** The mapping that stands exactly at `[start, end)`. */
export function mappingAt(file: SourceFile, start: number, end: number): Spot<Mapping> | undefined {
  return find(
    file,
    (node) => (node.kind === "mapping" && node.start === start && node.end === end ? node : undefined),
    [start, end],
  );
}

function find<N extends Node>(
  file: SourceFile,
  matches: (node: Node) => N | undefined,
  range: readonly [number, number],
): Spot<N> | undefined {
  const isHcl = /\.(?:tf|tofu|tfvars|hcl)$/.test(file.path);
  const roots = isHcl ? [parseHcl(file.text).root] : file.documents.map(({ root }) => root);
  return findIn(file, roots, { matches, range, syntax: isHcl ? "hcl" : "yaml", within: undefined, depth: 0 });
}

interface Search<N extends Node> {
  readonly matches: (node: Node) => N | undefined;
  readonly range: readonly [number, number];
  readonly syntax: "yaml" | "hcl";
  readonly within: Scalar["style"] | undefined;
  readonly depth: number;
}

function findIn<N extends Node>(
  file: SourceFile,
  roots: readonly (Node | undefined)[],
  search: Search<N>,
): Spot<N> | undefined {
  const [start, end] = search.range;
  let best: Spot<N> | undefined;
  for (const root of roots) {
    if (root === undefined) continue;
    walk(root, (node) => {
      const found = search.matches(node);
      if (found !== undefined) best = { node: found, syntax: search.syntax, within: search.within };
      const holds =
        node.kind === "scalar" &&
        node.start <= start &&
        end <= node.end &&
        file.text.slice(node.start, node.end).includes(":");
      if (holds && search.depth < deepest) {
        const inner = file.embedded(node).map((document) => document.root);
        best = findIn(file, inner, { ...search, syntax: "yaml", within: node.style, depth: search.depth + 1 }) ?? best;
      }
      return true;
    });
  }
  return best;
}
