import { type Entry, formatPath, type Mapping, type Node, type Scalar, type Step } from "../../kernel/tree.ts";
import type { PinState } from "../../kernel/version.ts";
import type { SourceFile } from "../../platform/source.ts";
import { imagePin, isCompleteImage, splitImage } from "../image.ts";
import type { Output, PinDraft } from "../reader.ts";

/** A Terraform file while it is read. */
export interface Module {
  readonly file: SourceFile;
  /** Of the module this file belongs to, `""` for the root. */
  readonly folder: string;
  readonly root: Mapping;
  readonly out: Output;
}

/** A block, or an object of the JSON syntax, with the keys that lead to it. */
export interface Block {
  readonly labels: readonly string[];
  readonly body: Mapping;
  readonly steps: readonly Step[];
}

/** The blocks of a type with so many labels, wherever the file repeats or nests them. */
export function blocksIn(body: Mapping, type: string, labels = 0, steps: readonly Step[] = []): readonly Block[] {
  return valuesOf(body, type).flatMap(([node, last]) => labelled(node, labels, [], [...steps, ...last]));
}

function labelled(node: Node, count: number, labels: readonly string[], steps: readonly Step[]): readonly Block[] {
  if (node.kind === "sequence")
    return node.items.flatMap((item, index) => labelled(item, count, labels, [...steps, index]));
  if (node.kind !== "mapping") return [];
  if (count === 0) return [{ labels, body: node, steps }];
  return node.entries.flatMap(({ key, value }) =>
    labelled(value, count - 1, [...labels, key.text], [...steps, key.text]),
  );
}

/** Every value of a key; a block or list that occurs several times carries its number in the steps. */
function valuesOf(body: Mapping, key: string): readonly (readonly [Node, readonly Step[]])[] {
  const found: readonly Entry[] = body.entries.filter((entry) => entry.key.text === key);
  // Top-level blocks are told apart by their labels; only unlabelled ones need a number.
  const unlabelled = found.length > 1 && found.every(({ value }) => value.kind === "mapping" && !isLabelled(value));
  return found.map(({ value }, index) => [value, unlabelled ? [key, index] : [key]] as const);
}

function isLabelled(block: Mapping): boolean {
  const [only] = block.entries;
  return block.entries.length === 1 && only?.value.kind === "mapping" && only.value.start === block.start;
}

/**
 * A scalar as a template over names: a reference as `${var.x}`, a template as written. Undefined for a text whose places in
 * the file cannot be told because it has escapes.
 */
export function templateOf(scalar: Scalar): string | undefined {
  if (!scalar.templated) return scalar.end - scalar.start === scalar.text.length ? scalar.text : undefined;
  return scalar.style === "plain" && !scalar.text.startsWith("${") ? `\${${scalar.text}}` : scalar.text;
}

/** Adds a version written as one scalar; an expression is left for the join to follow. */
export function addVersion(
  module: Module,
  scalar: Scalar | undefined,
  draft: Omit<PinDraft, "version" | "state" | "place" | "path"> & {
    readonly parent: Node;
    readonly steps: readonly Step[];
  },
  judge: (version: string | undefined) => PinState,
): number {
  const { parent, steps, ...rest } = draft;
  const version = scalar === undefined || scalar.value === null ? undefined : scalar.text;
  const pin = module.out.pin({
    ...rest,
    version,
    state: scalar?.templated ? "unknown" : judge(version),
    place: scalar === undefined || version === undefined ? [parent.start, parent.end] : [scalar.start, scalar.end],
    path: formatPath(steps),
  });
  const expression = scalar?.templated ? templateOf(scalar) : undefined;
  if (expression !== undefined) module.out.note({ kind: "reference", folder: module.folder, expression, pin });
  return pin;
}

/**
 * Adds an image written as one text, or as an expression over variables and locals; an attribute of a resource is no pin.
 * An image that is one expression has it as name and as version.
 */
export function addImage(module: Module, scalar: Scalar, steps: readonly Step[]): number | undefined {
  if (scalar.text === "" || typeof scalar.value !== "string") return undefined;
  const written = imagePin(scalar, formatPath(steps));
  if (!scalar.templated) return module.out.pin(written);
  const template = templateOf(scalar) ?? "";
  if (!/\$\{\s*(var|local)\./.test(template)) return undefined;
  const expression = splitImage(template).tag ?? template;
  const isOne = expression === template;
  const pin = module.out.pin(isOne ? { ...written, version: scalar.text, state: "unknown" } : written);
  if (expression.includes("${")) module.out.note({ kind: "reference", folder: module.folder, expression, pin });
  return pin;
}

/** What another resource, module or data source tells: nothing is fixed where it is passed on. */
export function isOutput(scalar: Scalar): boolean {
  return scalar.templated && !/\b(?:var|local)\./.test(scalar.text);
}

/** Adds a pin made by another reader's shape; where its version is an expression, the join follows it. */
export function addDraft(module: Module, draft: PinDraft): number {
  const pin = module.out.pin(draft);
  const { version, state } = draft;
  if (state !== "unknown" || version === undefined) return pin;
  const expression = /^(?:var|local)\.[\w.-]+$/.test(version) ? `\${${version}}` : version;
  if (expression.includes("${")) module.out.note({ kind: "reference", folder: module.folder, expression, pin });
  return pin;
}

/** Those of the texts that are written and constant. */
export function constantTexts(texts: Readonly<Record<string, Scalar | undefined>>): Readonly<Record<string, string>> {
  const known = Object.entries(texts).flatMap(([name, scalar]) =>
    scalar === undefined || scalar.templated || scalar.value === null ? [] : [[name, scalar.text] as const],
  );
  return Object.fromEntries(known);
}

/**
 * Whether a constant is an image beyond doubt. Where no attribute says so, `redis:6379` may as well be an address and
 * `s3:GetObject` a permission.
 */
export function isClearlyImage(scalar: Scalar, key: string): boolean {
  if (scalar.templated || typeof scalar.value !== "string" || !isCompleteImage(scalar.text)) return false;
  const { name, tag, digest } = splitImage(scalar.text);
  if (digest !== undefined || /image/i.test(key)) return true;
  return name.includes("/") && tag !== undefined && (/\d/.test(tag) || tag === "latest") && !/^\d{2,5}$/.test(tag);
}

/** The folder of a file, `""` for the root. */
export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/** `path` seen from `folder`, `${path.module}` and `./` understood; undefined when it leads outside or is an expression. */
export function resolveIn(folder: string, path: string): string | undefined {
  const plain = path.replace(/^\$\{path\.(?:module|root|cwd)\}\/?/, "./");
  if (plain.includes("${") || plain.startsWith("/")) return undefined;
  const parts: string[] = folder === "" ? [] : folder.split("/");
  for (const part of plain.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}
