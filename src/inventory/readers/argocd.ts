import { at, itemsAt, type Mapping, type Node, type Step, textAt } from "../../kernel/tree.ts";
import type { SourceDocument, SourceFile } from "../../platform/source.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";
import { isYamlName } from "../source-file.ts";
import { noteDeployments, type PlacedPin, type SourcePins } from "./argocd-deployments.ts";
import { type InlineDraft, inlinePins } from "./argocd-inline.ts";
import { gitGenerators, type ParameterSet, parameterSets } from "./argocd-parameters.ts";
import { generatorRevision, lastSegment, type PathOf, revisionPin } from "./argocd-source.ts";
import { resolvedPins } from "./argocd-template.ts";

/**
 * Argo CD Applications and ApplicationSets, also inside a List: revisions of all sources, inline Helm values and
 * parameters, Kustomize images, revisions of Git generators, and generator values that the template puts in.
 */
export const argocd: Reader = {
  id: "argocd",

  accepts(path, text) {
    if (overrides.test(path)) return true;
    return isYamlName(path) && text.includes("argoproj.io/") && /\bApplication(?:Set)?\b/.test(text);
  },

  read(file, out) {
    for (const document of file.documents) {
      if (overrides.test(file.path)) readOverrides(document, file, out);
      for (const [object, steps] of argoObjects(document.root, [])) readObject(object, steps, document, file, out);
    }
  },
};

/** Beside a chart or kustomization: what Argo CD lays over the source, as its image updater writes it. */
const overrides = /(?:^|\/)\.argocd-source(?:-[^/]+)?\.yaml$/;

function readOverrides(document: SourceDocument, file: SourceFile, out: Output): void {
  const { root } = document;
  if (root?.kind !== "mapping") return;
  const pathOf: PathOf = (steps) => pathIn(document, steps);
  const owner = lastSegment(file.path.slice(0, Math.max(0, file.path.lastIndexOf("/"))));
  for (const { section: _section, ...draft } of inlinePins(root, { file, pathOf, owner })) out.pin(draft);
}

function argoObjects(node: Node | undefined, steps: readonly Step[]): readonly (readonly [Mapping, readonly Step[]])[] {
  if (node?.kind !== "mapping" || steps.length > 8) return [];
  const kind = textAt(node, "kind") ?? "";
  if (kind.endsWith("List")) {
    return itemsAt(node, "items").flatMap((item, index) => argoObjects(item, [...steps, "items", index]));
  }
  const ours = textAt(node, "apiVersion")?.startsWith("argoproj.io/") && /^Application(?:Set)?$/.test(kind);
  return ours ? [[node, steps]] : [];
}

function readObject(
  object: Mapping,
  steps: readonly Step[],
  document: SourceDocument,
  file: SourceFile,
  out: Output,
): void {
  const pathOf: PathOf = (rest) => pathIn(document, [...steps, ...rest]);
  if (textAt(object, "kind") === "Application") {
    const spec = at(object, "spec");
    const sources = readSpec(spec, { file, pathOf: below(pathOf, "spec"), out, sets: undefined, over: undefined });
    noteDeployments({ object, template: object, sets: [new Map()], sources, out });
    return;
  }
  readApplicationSet(object, pathOf, file, out);
}

function readApplicationSet(object: Mapping, pathOf: PathOf, file: SourceFile, out: Output): void {
  const generators = itemsAt(object, "spec", "generators");
  const generatorsPath = below(pathOf, "spec", "generators");
  for (const [git, steps] of gitGenerators(generators)) {
    const pin = generatorRevision(git, below(generatorsPath, ...steps), false);
    if (pin !== undefined) out.pin(pin);
  }
  const sets = parameterSets(generators, file, generatorsPath);
  const template = at(object, "spec", "template");
  const spec = at(template, "spec");
  const context = { file, out, sets, over: undefined };
  const sources = [...readSpec(spec, { ...context, pathOf: below(pathOf, "spec", "template", "spec") })];
  for (const [patch, patchPath] of patchesOf(object, generators, pathOf, file)) {
    sources.push(...readSpec(patch, { ...context, pathOf: patchPath, over: spec ?? patch }));
  }
  if (template?.kind === "mapping") noteDeployments({ object, template, sets, sources, out });
}

/** What changes the template: `templatePatch`, YAML in a string, and the `template` that a generator may carry. */
function patchesOf(
  object: Mapping,
  generators: readonly Node[],
  pathOf: PathOf,
  file: SourceFile,
): readonly (readonly [Node | undefined, PathOf])[] {
  const found: (readonly [Node | undefined, PathOf])[] = [];
  const written = at(object, "spec", "templatePatch");
  if (written?.kind === "scalar") {
    for (const { root } of file.embedded(written)) {
      found.push([at(root, "spec"), below(pathOf, "spec", "templatePatch", "spec")]);
    }
  }
  for (const [index, generator] of generators.entries()) {
    const [entry] = generator.kind === "mapping" ? generator.entries : [];
    const steps = ["spec", "generators", index, entry?.key.text ?? "", "template", "spec"];
    found.push([at(entry?.value, "template", "spec"), below(pathOf, ...steps)]);
  }
  return found;
}

interface SpecPlace {
  readonly file: SourceFile;
  readonly pathOf: PathOf;
  readonly out: Output;
  /** Given for the template of an ApplicationSet. */
  readonly sets: readonly ParameterSet[] | undefined;
  /** Given for a patch: the spec it changes. */
  readonly over: Node | undefined;
}

function readSpec(spec: Node | undefined, place: SpecPlace): readonly SourcePins[] {
  return sourcesOf(spec).map(([source, steps]) => {
    const pathOf = below(place.pathOf, ...steps);
    const over = place.over === undefined ? undefined : at(place.over, ...steps);
    const partial = place.over !== undefined;
    const revision = revisionPin(source, { pathOf, partial, over });
    const owner = textAt(source, "chart") ?? textAt(over, "chart") ?? lastSegment(textAt(source, "path") ?? "");
    const inline = inlinePins(source, { file: place.file, pathOf, owner: owner === "" ? undefined : owner });
    const drafts: readonly InlineDraft[] = [...(revision === undefined ? [] : [revision]), ...inline];
    const resolved = drafts.flatMap((draft) => (place.sets === undefined ? [draft] : resolvedPins(draft, place.sets)));
    return { source, partial, pins: resolved.map((draft) => placed(draft, place.out)) };
  });
}

function placed({ section, ...draft }: InlineDraft, out: Output): PlacedPin {
  return { index: out.pin(draft), path: draft.path, ...(section === undefined ? {} : { section }) };
}

/** Every source of a spec. `source` is ignored beside `sources` (argo-cd docs/user-guide/multiple_sources.md). */
function sourcesOf(spec: Node | undefined): readonly (readonly [Mapping, readonly Step[]])[] {
  const many = itemsAt(spec, "sources");
  const places: (readonly [Node | undefined, readonly Step[]])[] =
    many.length > 0
      ? many.map((source, index) => [source, ["sources", index]] as const)
      : [[at(spec, "source"), ["source"]]];
  places.push([at(spec, "sourceHydrator", "drySource"), ["sourceHydrator", "drySource"]]);
  return places.flatMap(([node, steps]) => (node?.kind === "mapping" ? [[node, steps] as const] : []));
}

function below(pathOf: PathOf, ...steps: readonly Step[]): PathOf {
  return (rest) => pathOf([...steps, ...rest]);
}
