import { at, itemsAt, type Mapping, type Node, type Scalar, scalarAt, textAt } from "../../kernel/tree.ts";
import { stateOfImage } from "../../kernel/version.ts";
import type { SourceFile } from "../../platform/source.ts";
import { imagePin, isCompleteImage } from "../image.ts";
import { type PinDraft, placeOf } from "../reader.ts";
import { nameOfSource, type PathOf, stateOfRevision, writtenScalar } from "./argocd-source.ts";
import { imagesIn } from "./helm-images.ts";
import { revisionsIn } from "./helm-revisions.ts";

/** A source of an Application and what its inline values are values of. */
export interface InlinePlace {
  readonly file: SourceFile;
  readonly pathOf: PathOf;
  readonly owner: string | undefined;
}

/** A pin, and for a tag set by a Helm parameter the section of the values that it belongs to. */
export interface InlineDraft extends PinDraft {
  readonly section?: string;
}

/** The pins an Application writes into itself: Helm values and parameters, Kustomize images. */
export function inlinePins(source: Mapping, place: InlinePlace): readonly InlineDraft[] {
  return [...helmPins(source, place), ...kustomizePins(source, place)];
}

function helmPins(source: Mapping, place: InlinePlace): readonly InlineDraft[] {
  const found: InlineDraft[] = [];
  for (const { root, key } of inlineValues(source, place.file)) {
    const pathOf: PathOf = (steps) => place.pathOf(["helm", key, ...steps]);
    found.push(...imagesIn(root, { pathOf, owner: place.owner }), ...revisionsIn(root, pathOf));
  }
  return [...found, ...parameterPins(source, place)];
}

/** The values written in a source. `valuesObject` replaces `values` (argo-cd docs/user-guide/helm.md), so only it is read. */
export function inlineValues(
  source: Mapping,
  file: SourceFile,
): readonly { readonly root: Node; readonly key: "values" | "valuesObject" }[] {
  const object = at(source, "helm", "valuesObject");
  if (object?.kind === "mapping" && object.entries.length > 0) return [{ root: object, key: "valuesObject" }];
  const written = scalarAt(source, "helm", "values");
  if (written === undefined || written.value === null) return [];
  const root = file.embedded(written)[0]?.root;
  return root?.kind === "mapping" ? [{ root, key: "values" }] : [];
}

interface HelmParameter {
  readonly name: string;
  readonly value: Scalar;
  readonly path: string;
}

/** `helm.parameters`, later ones first: of two with one name the last wins. */
function parametersOf(source: Mapping, place: InlinePlace): readonly HelmParameter[] {
  const found = new Map<string, HelmParameter>();
  for (const [index, item] of itemsAt(source, "helm", "parameters").entries()) {
    const name = textAt(item, "name");
    const value = writtenScalar(item, "value");
    if (name === undefined || value === undefined) continue;
    found.set(name, { name, value, path: place.pathOf(["helm", "parameters", index, "value"]) });
  }
  return [...found.values()];
}

function parameterPins(source: Mapping, place: InlinePlace): readonly InlineDraft[] {
  const parameters = parametersOf(source, place);
  const values = inlineValues(source, place.file)[0]?.root;
  const textOf = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.name === name)?.value.text ?? textAt(values, ...name.split("."));
  return parameters.flatMap((parameter) => {
    const found = tagPin(parameter, textOf, place) ?? referencePin(parameter) ?? revisionPin(parameter, textOf);
    return found === undefined ? [] : [found];
  });
}

/** `image.tag`, `server.imageTag`: the name stands beside it, among the parameters or the inline values. */
function tagPin(
  { name, value, path }: HelmParameter,
  textOf: (name: string) => string | undefined,
  place: InlinePlace,
): InlineDraft | undefined {
  const found = /^(.*?)(\.tag|(?:^|\.)tag|[iI]mageTag)$/.exec(name);
  if (found === null) return undefined;
  const [, section = "", suffix = ""] = found;
  const keys =
    suffix.endsWith("ImageTag") || suffix === "imageTag"
      ? ["imageRepository", "image"]
      : ["repository", "name", "image"];
  const beside = (key: string): string | undefined =>
    textOf(section === "" ? key : `${section.replace(/\.$/, "")}.${key}`);
  const repository = keys.map(beside).find((text) => text !== undefined && text !== "");
  const registry = beside("registry");
  return {
    kind: "image",
    name: [registry, repository ?? sectionName(section, place.owner)].filter(Boolean).join("/"),
    version: value.text,
    source: registry,
    state: value.templated ? "unknown" : stateOfImage(value.text),
    place: placeOf(value),
    path,
    ...(suffix === ".tag" ? { section } : {}),
  };
}

/** `server.image` is called `server`, a bare `image` after its chart. */
function sectionName(section: string, owner: string | undefined): string {
  const words = section.split(".").filter((word) => word !== "");
  if (words.at(-1) === "image" && words.length > 1) return words.at(-2) ?? "image";
  const last = words.at(-1) ?? "image";
  return last === "image" ? (owner ?? last) : last;
}

function referencePin({ name, value, path }: HelmParameter): PinDraft | undefined {
  return /image$/i.test(name) && isCompleteImage(value.text) ? imagePin(value, path) : undefined;
}

/** An app of apps is told the revision of its children: `spec.source.targetRevision`. */
function revisionPin(
  { name, value, path }: HelmParameter,
  textOf: (name: string) => string | undefined,
): PinDraft | undefined {
  const section = /^(.*?)targetRevision$/.exec(name)?.[1];
  if (section === undefined) return undefined;
  const named = nameOfSource((key) => textOf(`${section}${key}`), section.replace(/\.$/, "") || name);
  if (named === undefined) return undefined;
  const state = value.templated ? "unknown" : stateOfRevision(named.kind, value.text);
  return { ...named, version: value.text, state, place: placeOf(value), path };
}

/** `old=new:tag`, `name:tag`, `name@sha256:…`; one without either only renames. */
function kustomizePins(source: Mapping, place: InlinePlace): readonly PinDraft[] {
  return itemsAt(source, "kustomize", "images").flatMap((item, index) => {
    if (item.kind !== "scalar") return [];
    const sign = item.text.indexOf("=");
    const pin = imagePin(item, place.pathOf(["kustomize", "images", index]), sign + 1);
    if (pin.version === undefined && pin.digest === undefined) return [];
    return [pin.name === "" ? { ...pin, name: item.text.slice(0, sign) } : pin];
  });
}
