import { at, formatPath, type Node, type Scalar, type Step, walk } from "../../kernel/tree.ts";
import { addImage, blocksIn, isClearlyImage, type Module, templateOf } from "./terraform-tree.ts";

/** Variable defaults and locals: images that stand there whole, and what references to them come to. */
export function readConstants(module: Module): void {
  for (const { labels, body, steps } of blocksIn(module.root, "variable", 1)) {
    const fallback = at(body, "default");
    if (fallback !== undefined) noteConstants(module, fallback, `var.${labels[0] ?? ""}`, [...steps, "default"]);
    const type = at(body, "type");
    // `optional(string, "1.2.3")` inside a type: the default of one attribute; what is templated there names a type.
    if (type !== undefined) noteConstants(module, withoutTypes(type), `var.${labels[0] ?? ""}`, [...steps, "type"]);
  }
  for (const { body, steps } of blocksIn(module.root, "locals")) {
    for (const { key, value } of body.entries) noteConstants(module, value, `local.${key.text}`, [...steps, key.text]);
  }
}

/** `*.tfvars`: values that win over the defaults. */
export function readVariableValues(module: Module): void {
  for (const { key, value } of module.root.entries) noteConstants(module, value, `var.${key.text}`, [key.text]);
}

function withoutTypes(type: Node): Node {
  if (type.kind !== "mapping") return { ...type, kind: "sequence", items: [] };
  const entries = type.entries.flatMap(({ key, value }) => {
    if (value.kind === "mapping") return [{ key, value: withoutTypes(value) }];
    return value.kind === "scalar" && !value.templated ? [{ key, value }] : [];
  });
  return { ...type, entries };
}

/** Notes each scalar of `value` by the name that a reference to it has. `folder`: the module whose name it is. */
export function noteConstants(
  module: Module,
  value: Node,
  name: string,
  steps: readonly Step[],
  folder = module.folder,
): void {
  readImages(module, value, steps);
  walk(value, (node, below) => {
    if (node.kind !== "scalar" || !isWorthNoting(node)) return true;
    const template = templateOf(node);
    if (template === undefined) return true;
    module.out.note({
      kind: "constant",
      folder,
      name: below.length === 0 ? name : `${name}${suffix(below)}`,
      value: template,
      place: module.out.locate([node.start, node.end]),
      path: formatPath([...steps, ...below]),
    });
    return true;
  });
}

function suffix(below: readonly Step[]): string {
  const path = formatPath(below);
  return path.startsWith("[") ? path : `.${path}`;
}

/** A version, a reference or an image is short and stands on one line. */
function isWorthNoting(scalar: Scalar): boolean {
  return (
    scalar.value !== null &&
    typeof scalar.value !== "boolean" &&
    scalar.text.length <= 256 &&
    scalar.style !== "literal"
  );
}

function readImages(module: Module, value: Node, steps: readonly Step[]): void {
  walk(value, (node, below) => {
    const path = [...steps, ...below];
    if (node.kind === "scalar" && isClearlyImage(node, formatPath(path))) addImage(module, node, path);
    return true;
  });
}
