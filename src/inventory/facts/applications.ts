import { at, itemsAt, type Mapping, type Node, textAt } from "../../kernel/tree.ts";
import type { Application, ApplicationSource } from "../../platform/configuration.ts";
import type { Manifest } from "../../platform/source.ts";
import { filledIn, type ParameterSet, parameterSets } from "../readers/argocd-parameters.ts";

/**
 * The Argo CD Applications among manifests. An ApplicationSet is one Application, with the parameters filled in that are
 * the same for all it generates.
 */
export function applicationsIn(manifests: readonly Manifest[]): readonly Application[] {
  return manifests.flatMap((manifest) => {
    if (!manifest.apiVersion.startsWith("argoproj.io/")) return [];
    const { kind } = manifest;
    return kind === "Application" || kind === "ApplicationSet" ? [applicationOf(manifest, kind)] : [];
  });
}

function applicationOf(manifest: Manifest, kind: Application["kind"]): Application {
  const { root, file } = manifest;
  const isSet = kind === "ApplicationSet";
  const template = isSet ? at(root, "spec", "template") : root;
  const node = at(template, "spec");
  const spec: Mapping =
    node?.kind === "mapping" ? node : { kind: "mapping", entries: [], start: root.start, end: root.end };
  const sets = isSet ? parameterSets(itemsAt(root, "spec", "generators"), file, () => "") : [];
  return {
    kind,
    name: manifest.name,
    file,
    environment: manifest.environment,
    namespace: constant(textAt(spec, "destination", "namespace"), sets),
    project: constant(textAt(spec, "project"), sets),
    sources: sourcesOf(spec).map((source) => sourceOf(source, sets)),
    root,
    spec,
  };
}

/** `source` is ignored beside `sources` (argo-cd docs/user-guide/multiple_sources.md). */
function sourcesOf(spec: Node): readonly Mapping[] {
  const many = itemsAt(spec, "sources");
  const all = many.length > 0 ? many : [at(spec, "source"), at(spec, "sourceHydrator", "drySource")];
  return all.filter((source) => source?.kind === "mapping");
}

function sourceOf(source: Mapping, sets: readonly ParameterSet[]): ApplicationSource {
  const text = (key: string): string | undefined => constant(textAt(source, key), sets);
  return {
    repoURL: text("repoURL"),
    chart: text("chart"),
    path: text("path"),
    targetRevision: text("targetRevision"),
    ref: textAt(source, "ref"),
    root: source,
  };
}

/** The text with what every generated Application shares filled in; as written where they differ. */
function constant(text: string | undefined, sets: readonly ParameterSet[]): string | undefined {
  if (text === undefined || !text.includes("{{")) return text;
  const [only, ...others] = new Set(sets.map((set) => filledIn(text, set)));
  return only === undefined || others.length > 0 ? text : only;
}
