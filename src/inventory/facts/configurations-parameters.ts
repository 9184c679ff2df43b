import { type Entry, itemsAt, type Mapping, type Node, type Scalar, scalarAt } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { Layer } from "./configurations-layers.ts";

/**
 * `helm.fileParameters` and `helm.parameters` as layers, strongest first: Helm applies `--set-file` after `--set`
 * (helm pkg/cli/values/options.go), and both after all values. Of two parameters with one name the last wins.
 */
export function parameterLayers(source: Mapping, file: SourceFile): readonly Layer[] {
  const files = itemsAt(source, "helm", "fileParameters").flatMap((item): readonly Layer[] => {
    const name = scalarAt(item, "name");
    if (name === undefined) return [];
    const why = `fileParameters puts the content of ${scalarAt(item, "path")?.text ?? "a file"} there`;
    return [
      { kind: "unreadable", path: stepsOf(name.text), why, howToLearn: "read that file in the chart's repository" },
    ];
  });
  let tree: Mapping = { kind: "mapping", entries: [], start: source.start, end: source.start };
  for (const item of itemsAt(source, "helm", "parameters")) {
    const name = scalarAt(item, "name");
    const value = scalarAt(item, "value");
    if (name !== undefined && value !== undefined) tree = withValue(tree, name, stepsOf(name.text), typed(value, item));
  }
  return tree.entries.length === 0 ? files : [...files, { kind: "values", root: tree, file }];
}

/** `a.b\.c[0]` as `--set` reads it: the keys `a`, `b.c` and the index 0. */
export function stepsOf(name: string): readonly string[] {
  return name
    .replace(/\[(\d+)\]/g, ".$1")
    .split(/(?<!\\)\./)
    .map((step) => step.replaceAll("\\.", "."));
}

/** Argo CD wants texts, `--set` reads them as YAML would, unless `forceString` says otherwise. */
function typed(value: Scalar, item: Node): Scalar {
  if (typeof value.value !== "string" || value.templated || scalarAt(item, "forceString")?.value === true) return value;
  if (value.text === "true" || value.text === "false") return { ...value, value: value.text === "true" };
  if (value.text === "null") return { ...value, value: null };
  return /^-?\d{1,15}$/.test(value.text) && !/^-?0\d/.test(value.text)
    ? { ...value, value: Number(value.text) }
    : value;
}

function withValue(tree: Mapping, name: Scalar, [step, ...rest]: readonly string[], value: Scalar): Mapping {
  if (step === undefined) return tree;
  const others = tree.entries.filter((entry) => entry.key.text !== step);
  const before = tree.entries.find((entry) => entry.key.text === step)?.value;
  const below: Mapping =
    before?.kind === "mapping" ? before : { kind: "mapping", entries: [], start: value.start, end: value.end };
  const key: Scalar = { ...name, text: step, value: step };
  const entry: Entry = { key, value: rest.length === 0 ? value : withValue(below, name, rest, value) };
  return { ...tree, entries: [...others, entry] };
}
