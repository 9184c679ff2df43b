import { type Node, type Scalar, type Step, textAt } from "../../kernel/tree.ts";
import type { ImageTree } from "./kubernetes-tree.ts";

const deepest = 3;
/** Worth parsing only when something in it could be a pin. */
const hint = /image|Version|[a-z0-9]\/[\w.-]+[:@]\w/i;
const otherLanguage =
  /\.(?:md|txt|sh|bash|py|sql|lua|ini|toml|properties|html?|js|css|conf|cfg|rules|tpl|xml|env|pem|crt|key|csv|go|rb)$/i;
const yamlName = /\.(?:ya?ml|json)$/i;

/** The documents inside a string of a tree: JSON anywhere, YAML in what a ConfigMap or Secret holds as a file. */
export function embeddedIn(tree: ImageTree, scalar: Scalar, steps: readonly Step[], key: string): readonly ImageTree[] {
  const { text } = scalar;
  if (tree.depth >= deepest || typeof scalar.value !== "string" || text.length < 8) return [];
  const isJson = /^\s*[{[]\s*["{[]/.test(text);
  if ((!isJson && !mayBeYaml(tree, text, key)) || !hint.test(text)) return [];
  return tree.file.embedded(scalar).flatMap(({ root, index }) => {
    if (root === undefined || root.kind === "scalar" || !(isJson || yamlName.test(key) || hasPlainKeys(root)))
      return [];
    const place = index === 0 ? steps : [...steps, `#${index + 1}`];
    return [{ ...tree, ...groupOf(root), root, steps: place, depth: tree.depth + 1 }];
  });
}

function mayBeYaml(tree: ImageTree, text: string, key: string): boolean {
  if (!text.includes("\n") || !/:\s/.test(text) || otherLanguage.test(key)) return false;
  const isHolder = tree.kind === "ConfigMap" || tree.kind === "Secret";
  // A template within a ConfigMap's file (a sidecar injector's) has no kind; a whole object may stand anywhere.
  return yamlName.test(key) || isHolder || (tree.depth > 0 && tree.kind === "") || isObject(text);
}

/** As Argo Workflows creates one: `resource.manifest`. */
function isObject(text: string): boolean {
  return /^apiVersion:\s/m.test(text) && /^kind:\s/m.test(text);
}

/** Prose with a colon parses as a mapping too, but its keys have spaces. */
function hasPlainKeys(root: Node): boolean {
  return root.kind !== "mapping" || root.entries.every(({ key }) => /^\S+$/.test(key.text));
}

function groupOf(root: Node): Pick<ImageTree, "apiVersion" | "kind"> {
  return { apiVersion: textAt(root, "apiVersion") ?? "", kind: textAt(root, "kind") ?? "" };
}
