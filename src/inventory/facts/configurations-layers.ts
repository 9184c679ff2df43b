import { absent, type Fact, known, type Unknown, unknown } from "../../kernel/fact.ts";
import { child, type Mapping, type Node } from "../../kernel/tree.ts";
import type { Setting } from "../../platform/configuration.ts";
import type { SourceFile } from "../../platform/source.ts";
import { isConditional, mayHoldMore } from "./configurations-templates.ts";

/** One source of Helm values. */
export type Layer =
  | {
      readonly kind: "values";
      readonly root: Node | undefined;
      readonly file: SourceFile;
      /** The chart's own values: settings from here are defaults, nobody wrote them here. */
      readonly isDefault?: boolean;
    }
  /** Could not be read: unknown for what it may say. */
  | {
      readonly kind: "unreadable";
      /** The only key path it sets; anything when left out. */
      readonly path?: readonly string[];
      readonly why: string;
      readonly howToLearn: string;
    };

/** What one layer says of a path: a value, nothing, that there is none whatever lower layers say, or that it cannot tell. */
type Said =
  | { readonly kind: "says"; readonly node: Node }
  | { readonly kind: "silent" }
  | { readonly kind: "removed" }
  | Unknown;

/**
 * The setting at a path, given the layers from the strongest to the weakest; undefined when none says anything. Helm merges
 * mappings and replaces everything else, so a stronger scalar or null where a mapping was expected hides what is below.
 * A mapping is the strongest layer's own: ask for its keys one by one to see them merged.
 */
export function settingIn(layers: readonly Layer[], path: readonly string[]): Fact<Setting> | undefined {
  for (const layer of layers) {
    if (layer.kind === "unreadable") {
      if (layer.path === undefined || startsWith(path, layer.path)) return unknown(layer.why, layer.howToLearn);
      continue;
    }
    const said = saidBy(layer.root, layer.file, path);
    switch (said.kind) {
      case "silent":
        continue;
      case "removed":
        return absent(`${layer.file.path} sets it or a part above it to nothing`);
      case "unknown":
        return said;
      case "says":
        return settingOf(said.node, layer.file, layer.isDefault === true);
    }
  }
  return undefined;
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((step, index) => path[index] === step);
}

function settingOf(node: Node, file: SourceFile, isDefault: boolean): Fact<Setting> {
  const at = file.locate(node);
  const text = node.kind === "scalar" ? node.text : undefined;
  const place = isDefault ? { at: undefined, file: undefined } : { at, file };
  return known({ node, text, ...place }, `${at.file}:${at.line}`);
}

function saidBy(root: Node | undefined, file: SourceFile, path: readonly string[]): Said {
  let node = root;
  for (const [depth, step] of path.entries()) {
    if (node === undefined) return { kind: "silent" };
    if (node.kind === "scalar") return depth === 0 ? { kind: "silent" } : valueOf(node, file);
    const below = stepInto(node, step);
    if (below === undefined) return node.kind === "sequence" ? { kind: "removed" } : missingIn(node, file);
    node = below;
  }
  return node === undefined ? { kind: "silent" } : valueOf(node, file, true);
}

function stepInto(node: Node, step: string): Node | undefined {
  return child(node, node.kind === "sequence" && /^\d+$/.test(step) ? Number(step) : step);
}

function missingIn(mapping: Mapping, file: SourceFile): Said {
  if (!mayHoldMore(mapping, file)) return { kind: "silent" };
  const line = file.locate(mapping).line;
  return unknown(
    `${file.path} is a template that may write more keys here (line ${line})`,
    `render ${file.path} and look`,
  );
}

/** `isEnd`: it is the value asked for; else it stands where a mapping was expected. */
function valueOf(node: Node, file: SourceFile, isEnd = false): Said {
  const { line } = file.locate(node);
  if (node.kind === "scalar" && node.templated) {
    return unknown(`${file.path}:${line} fills it in by a template`, `render ${file.path} and look`);
  }
  if (isConditional(node, file)) {
    return unknown(
      `${file.path}:${line} sets it only under a condition of its template`,
      `render ${file.path} and look`,
    );
  }
  if (!isEnd || (node.kind === "scalar" && node.value === null)) return { kind: "removed" };
  return { kind: "says", node };
}
