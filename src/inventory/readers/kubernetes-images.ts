import { type Mapping, type Scalar, type Sequence, type Step, textAt, walk } from "../../kernel/tree.ts";
import { stateOfImage } from "../../kernel/version.ts";
import { imagePin, splitImage } from "../image.ts";
import type { PinDraft } from "../reader.ts";
import { imagesIn } from "./helm-images.ts";
import { embeddedIn } from "./kubernetes-embedded.ts";
import { fieldStartsAt, imageStartsAt } from "./kubernetes-text.ts";
import type { ImageTree } from "./kubernetes-tree.ts";
import { versionField } from "./kubernetes-versions.ts";
import { versionIn, writtenAt } from "./kubernetes-written.ts";

interface Field {
  readonly key: string;
  readonly value: Scalar;
}

type Emit = (draft: PinDraft) => void;

const leftOut = new Set([
  "openAPIV3Schema",
  "managedFields",
  "kubectl.kubernetes.io/last-applied-configuration",
  "alm-examples",
]);

/** Every image and version that a tree names, in document order. */
export function readImages(tree: ImageTree, emit: Emit, readNested: (nested: ImageTree) => void): void {
  const nested = (scalar: Scalar, steps: readonly Step[], key: string): void => {
    for (const inner of embeddedIn(tree, scalar, steps, key)) readNested(inner);
  };
  walk(tree.root, (node, below) => {
    const last = below.at(-1);
    if (isLeftOut(tree, below, last)) return false;
    if (node.kind === "scalar") return true;
    const steps = [...tree.steps, ...below];
    if (node.kind === "mapping") readMapping(tree, node, steps, emit, nested);
    else readSequence(tree, node, steps, emit, nested);
    return true;
  });
}

/** What the cluster reports, what a schema shows as an example, and copies of the object itself fix nothing. */
function isLeftOut(tree: ImageTree, below: readonly Step[], last: Step | undefined): boolean {
  if (typeof last !== "string") return false;
  return leftOut.has(last) || (below.length === 1 && last === "status" && tree.depth === 0);
}

type Nested = (scalar: Scalar, steps: readonly Step[], key: string) => void;

function readMapping(tree: ImageTree, mapping: Mapping, steps: readonly Step[], emit: Emit, nested: Nested): void {
  const key = steps.at(-1);
  if (typeof key === "string" && /image$/i.test(key) && textAt(mapping, "reference") === undefined) {
    for (const draft of inParts(mapping, steps, tree)) emit(draft);
  }
  for (const { key, value } of mapping.entries) {
    if (value.kind !== "scalar" || leftOut.has(key.text)) continue;
    const path = [...steps, key.text];
    const draft = draftOf(tree, mapping, { key: key.text, value }, path);
    if (draft !== undefined) emit(draft);
    else nested(value, path, key.text);
  }
}

function draftOf(tree: ImageTree, mapping: Mapping, field: Field, path: readonly Step[]): PinDraft | undefined {
  return (
    imageField(tree, mapping, field, path) ??
    versionField(field, tree, mapping, path) ??
    imageText(tree, field.value, path, labelOf(mapping, field.key))
  );
}

/** `image: {repository, tag}` in a custom resource, when it says which tag. */
function inParts(mapping: Mapping, steps: readonly Step[], tree: ImageTree): readonly PinDraft[] {
  const known = ["tag", "digest"].some((part) => (textAt(mapping, part) ?? "") !== "");
  const named = ["repository", "name"].some((part) => (textAt(mapping, part) ?? "") !== "");
  if (!known || !named) return [];
  return imagesIn(mapping, { pathOf: (below) => tree.pathOf([...steps, ...below]) }).filter(
    ({ kind }) => kind === "image",
  );
}

/** A variable's or parameter's name, or a JSON patch's path, says more about its value than the key `value`. */
function labelOf(mapping: Mapping, key: string): string {
  return key === "value" || key === "default" ? (textAt(mapping, "name") ?? textAt(mapping, "path") ?? key) : key;
}

function readSequence(tree: ImageTree, sequence: Sequence, steps: readonly Step[], emit: Emit, nested: Nested): void {
  let before = "";
  for (const [index, item] of sequence.items.entries()) {
    if (item.kind !== "scalar") continue;
    const label = before.startsWith("-") ? before : (steps.filter((step) => typeof step === "string").at(-1) ?? "");
    const draft = imageText(tree, item, [...steps, index], label);
    if (draft !== undefined) emit(draft);
    else nested(item, [...steps, index], "");
    before = item.text;
  }
}

/** A complete reference in any other text: a variable, an argument, an annotation, a ConfigMap's value. */
function imageText(tree: ImageTree, scalar: Scalar, path: readonly Step[], label: string): PinDraft | undefined {
  if (typeof scalar.value !== "string" || scalar.templated) return undefined;
  if (!scalar.text.includes(":") && !scalar.text.includes("@")) return undefined;
  const skip = imageStartsAt(scalar.text, label);
  return skip === undefined ? undefined : imagePin(scalar, tree.pathOf(path), skip);
}

/** A field whose name says that an image stands in it. */
function imageField(tree: ImageTree, mapping: Mapping, field: Field, path: readonly Step[]): PinDraft | undefined {
  const { value } = field;
  const role = roleOf(field, path);
  const skip =
    role === undefined || typeof value.value !== "string" ? undefined : fieldStartsAt(value.text, value.templated);
  if (role === undefined || skip === undefined) return undefined;
  if (role === "image") {
    const together = versionBeside(mapping, value.text.slice(skip), path, tree);
    if (together !== undefined) return together;
  }
  return isImageIn(role, { tree, mapping, value, path, skip }) ? imagePin(value, tree.pathOf(path), skip) : undefined;
}

/** How sure a field's name is: `sure` always holds an image, `image` nearly always, `named` (`sidecarImage`) often. */
type Role = "sure" | "image" | "named";

function roleOf({ key, value }: Field, path: readonly Step[]): Role | undefined {
  if (key === "image") return "image";
  if (key === "reference" && path.at(-2) === "image") return "sure";
  if (key === "storageUri" && value.text.startsWith("oci://")) return "sure";
  return key.includes("mage") && /[a-z0-9]Image$|^image(?:Name|Ref|Reference)$/.test(key) ? "named" : undefined;
}

interface Candidate {
  readonly tree: ImageTree;
  readonly mapping: Mapping;
  readonly value: Scalar;
  readonly path: readonly Step[];
  readonly skip: number;
}

function isImageIn(role: Role, { tree, mapping, value, path, skip }: Candidate): boolean {
  switch (role) {
    case "sure":
      return true;
    case "image":
      return isImage(tree, mapping, value, path);
    case "named":
      return isFieldImage(value, skip);
  }
}

/** Operators take `image: quay.io/x/y` with the version in a field beside it. */
function versionBeside(mapping: Mapping, name: string, path: readonly Step[], tree: ImageTree): PinDraft | undefined {
  if (/[@]|:[^/]*$/.test(name)) return undefined;
  const key = ["tag", "imageTag", "version"].find((candidate) => writtenAt(mapping, candidate) !== undefined);
  const version = key === undefined ? undefined : writtenAt(mapping, key);
  if (key === undefined || version === undefined || !/^[\w][\w.+-]*$/.test(version.text)) return undefined;
  return {
    kind: "image",
    name,
    source: splitImage(name).registry,
    ...versionIn(version, mapping, stateOfImage),
    path: tree.pathOf([...path.slice(0, -1), key]),
  };
}

const beside = ["command", "args", "env", "envFrom", "ports", "resources", "volumeMounts", "imagePullPolicy", "script"];
const holders = new Set([
  "containers",
  "initContainers",
  "ephemeralContainers",
  "steps",
  "sidecars",
  "container",
  "stepTemplate",
]);

/** `image:` is an image's nearly always; a bare word is one only in something that is run, and in a text only in a container. */
function isImage(tree: ImageTree, mapping: Mapping, value: Scalar, path: readonly Step[]): boolean {
  const runs =
    path.slice(-3).some((step) => holders.has(String(step))) ||
    (tree.depth === 0 && beside.some((key) => mapping.entries.some((entry) => entry.key.text === key)));
  if (runs || (tree.depth === 0 && path.at(-2) === "spec")) return true;
  const isComplete = /[:@]/.test(value.text);
  return tree.depth === 0 ? isComplete || value.text.includes("/") || value.templated : isComplete && !value.templated;
}

/** `sidecarImage`, `imageName`, …: also machine images and pictures are called so, hence a registry, or a folder and a tag. */
function isFieldImage(value: Scalar, skip: number): boolean {
  if (value.templated) return /[:@/]/.test(value.text) && /^[\w.$({]/.test(value.text);
  const image = splitImage(value.text.slice(skip));
  return image.registry !== undefined || imageStartsAt(value.text, "image") !== undefined;
}
