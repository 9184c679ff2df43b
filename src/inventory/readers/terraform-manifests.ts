import { at, formatPath, itemsAt, type Node, type Step, scalarAt, textAt, walk } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { stateOfChart, stateOfGit } from "../../kernel/version.ts";
import { revisionPin } from "./argocd-source.ts";
import { imagesIn } from "./helm-images.ts";
import { addDraft, addImage, addVersion, type Block, blocksIn, constantTexts, type Module } from "./terraform-tree.ts";

/** A Kubernetes object in `kubernetes_manifest` (an object) or `kubectl_manifest` (a YAML text). */
export function readManifest(module: Module, block: Block): void {
  const manifest = at(block.body, "manifest");
  if (manifest !== undefined && manifest.kind !== "scalar") readObject(module, manifest, [...block.steps, "manifest"]);
  const text = scalarAt(block.body, "yaml_body");
  if (text === undefined || text.style === "plain") return;
  for (const { root } of module.file.embedded(text)) {
    if (root !== undefined) readObject(module, root, [...block.steps, "yaml_body"]);
  }
}

/** The Argo CD provider's own resource: `spec { source { repo_url, chart, target_revision } }`. */
export function readArgocdSources(module: Module, block: Block): void {
  for (const spec of blocksIn(block.body, "spec", 0, block.steps)) {
    for (const { body, steps } of blocksIn(spec.body, "source", 0, spec.steps)) {
      const repository = textAt(body, "repo_url");
      const chart = textAt(body, "chart");
      if (repository === undefined) continue;
      const source = redactUrls(repository);
      const draft = { kind: chart === undefined ? "git" : "chart", name: chart ?? source, source } as const;
      const place = { parent: body, steps: [...steps, "target_revision"] };
      const judge = chart === undefined ? stateOfGit : stateOfChart;
      addVersion(module, scalarAt(body, "target_revision"), { ...draft, ...place }, judge);
    }
  }
}

function readObject(module: Module, object: Node, steps: readonly Step[]): void {
  walk(object, (node, below) => {
    if (node.kind === "scalar" && below.at(-1) === "image") addImage(module, node, [...steps, ...below]);
    return true;
  });
  const apiVersion = textAt(object, "apiVersion") ?? "";
  if (apiVersion.startsWith("argoproj.io/") && textAt(object, "kind") === "Application") {
    readApplication(module, object, steps);
  }
}

/** Argo CD's `spec.source` or `spec.sources`: a chart's version, or a Git revision. */
function readApplication(module: Module, object: Node, steps: readonly Step[]): void {
  const sources: (readonly [Node, readonly Step[]])[] = [];
  const single = at(object, "spec", "source");
  if (single !== undefined) sources.push([single, [...steps, "spec", "source"]]);
  itemsAt(object, "spec", "sources").forEach((source, index) => {
    sources.push([source, [...steps, "spec", "sources", index]]);
  });
  const first = sources.map(([source]) => source).find((source) => textAt(source, "chart") !== undefined);
  module.out.note({
    kind: "deployment",
    name: textAt(object, "metadata", "name") ?? "",
    ...constantTexts({
      namespace: scalarAt(object, "spec", "destination", "namespace"),
      chart: scalarAt(first, "chart"),
      chartVersion: scalarAt(first, "targetRevision"),
      repository: scalarAt(first, "repoURL"),
    }),
    valueFiles: [],
    pins: sources.flatMap(([source, place]) => readSource(module, source, place)),
  });
}

function readSource(module: Module, source: Node, steps: readonly Step[]): readonly number[] {
  if (source.kind !== "mapping") return [];
  const revision = revisionPin(source, { pathOf: (below) => formatPath([...steps, ...below]), partial: false });
  const pins = revision === undefined ? [] : [addDraft(module, revision)];
  for (const key of ["valuesObject", "values"]) {
    const values = at(source, "helm", key);
    const roots = values?.kind === "scalar" ? module.file.embedded(values).map(({ root }) => root) : [values];
    const place = {
      pathOf: (below: readonly Step[]) => formatPath([...steps, "helm", key, ...below]),
      owner: textAt(source, "chart"),
    };
    for (const root of roots) {
      if (root !== undefined) pins.push(...imagesIn(root, place).map((image) => addDraft(module, image)));
    }
  }
  return pins;
}
