import { posix } from "node:path";
import { at, itemsAt, type Mapping, type Node, type Scalar, type Step, scalarAt, textAt } from "../../kernel/tree.ts";
import { stateOfChart } from "../../kernel/version.ts";
import type { SourceDocument, SourceFile } from "../../platform/source.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";
import { isYamlName } from "../source-file.ts";
import { readImages } from "./kubernetes-images.ts";
import { defined, versionIn, writtenAt } from "./kubernetes-written.ts";
import { readOverrides } from "./kustomize-images.ts";
import { remotePin } from "./kustomize-remote.ts";
import { readRevisions } from "./kustomize-revisions.ts";

const fileName = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;
const included = ["resources", "bases", "components", "crds", "generators", "transformers"] as const;

/** kustomization.yaml: images it overrides, remote resources, charts it inflates, images in patches written in it. */
export const kustomize: Reader = {
  id: "kustomize",

  accepts(path, text) {
    if (fileName.test(path)) return true;
    return (
      isYamlName(path) && (text.includes("kustomize.config.k8s.io/") || text.includes("HelmChartInflationGenerator"))
    );
  },

  read(file, out) {
    const isNamed = fileName.test(file.path);
    for (const document of file.documents) {
      const { root } = document;
      if (root?.kind !== "mapping") continue;
      if (textAt(root, "kind") === "HelmChartInflationGenerator") readGenerator(root, document, out);
      else if (isKustomization(root, isNamed)) new Kustomization(file, document, root, out).read();
    }
  },
};

function isKustomization(root: Mapping, isNamed: boolean): boolean {
  const group = textAt(root, "apiVersion");
  return group === undefined ? isNamed : group.startsWith("kustomize.config.k8s.io/");
}

class Kustomization {
  readonly #file: SourceFile;
  readonly #document: SourceDocument;
  readonly #root: Mapping;
  readonly #out: Output;
  readonly #folder: string;

  constructor(file: SourceFile, document: SourceDocument, root: Mapping, out: Output) {
    this.#file = file;
    this.#document = document;
    this.#root = root;
    this.#out = out;
    this.#folder = folderOf(file.path);
  }

  readonly #pathOf = (steps: readonly Step[]): string => pathIn(this.#document, steps);

  read(): void {
    const resources = this.#includes();
    this.#out.note({ kind: "kustomization", folder: this.#folder, resources });
    readOverrides(this.#root, [], { folder: this.#folder, resources }, this.#pathOf, this.#out);
    const globals = itemsAt(this.#root, "helmCharts");
    for (const [index, chart] of globals.entries())
      readChart(chart, ["helmCharts", index], this.#pathOf, this.#folder, this.#out);
    for (const [index, chart] of itemsAt(this.#root, "helmChartInflationGenerator").entries()) {
      readChart(chart, ["helmChartInflationGenerator", index], this.#pathOf, this.#folder, this.#out);
    }
    this.#patches();
    readRevisions(this.#root, this.#folder, this.#file, this.#out);
  }

  /** Pins what is remote and returns the rest as paths of this repository. */
  #includes(): readonly string[] {
    const paths: string[] = [];
    for (const key of included) {
      itemsAt(this.#root, key).forEach((item, index) => {
        if (item.kind !== "scalar" || item.value === null || item.text.includes("\n")) return;
        const remote = remotePin(item, this.#pathOf([key, index]));
        if (remote !== undefined) this.#out.pin(item.templated ? { ...remote, state: "unknown" } : remote);
        else this.#addPath(item, paths);
      });
    }
    for (const patch of itemsAt(this.#root, "patches")) {
      const file = scalarAt(patch, "path");
      if (file !== undefined) this.#addPath(file, paths);
    }
    for (const patch of itemsAt(this.#root, "patchesStrategicMerge")) {
      if (patch.kind === "scalar" && !patch.text.includes("\n")) this.#addPath(patch, paths);
    }
    return paths;
  }

  #addPath(item: Scalar, paths: string[]): void {
    const path = posix.normalize(posix.join(this.#folder, item.text)).replace(/\/$/, "");
    if (!item.templated && !path.startsWith("..")) paths.push(path === "." ? "" : path);
  }

  /** Patches written as text in the kustomization. */
  #patches(): void {
    itemsAt(this.#root, "patches").forEach((patch, index) => {
      this.#patch(at(patch, "patch"), ["patches", index, "patch"]);
    });
    itemsAt(this.#root, "patchesStrategicMerge").forEach((patch, index) => {
      this.#patch(patch, ["patchesStrategicMerge", index]);
    });
    itemsAt(this.#root, "patchesJson6902").forEach((patch, index) => {
      this.#patch(at(patch, "patch"), ["patchesJson6902", index, "patch"]);
    });
  }

  #patch(patch: Node | undefined, steps: readonly Step[]): void {
    if (patch?.kind !== "scalar" || !patch.text.includes("\n")) return;
    for (const { root, index } of this.#file.embedded(patch)) {
      if (root === undefined || root.kind === "scalar") continue;
      const tree = {
        file: this.#file,
        root,
        steps: index === 0 ? steps : [...steps, `#${index + 1}`],
        pathOf: this.#pathOf,
        apiVersion: textAt(root, "apiVersion") ?? "",
        kind: textAt(root, "kind") ?? "",
        depth: 0,
      };
      readImages(
        tree,
        (draft) => void this.#out.pin(draft),
        () => undefined,
      );
    }
  }
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/** `helmCharts` entry: without a version Kustomize pulls the newest. */
function readChart(
  chart: Node,
  steps: readonly Step[],
  pathOf: (steps: readonly Step[]) => string,
  folder: string,
  out: Output,
): void {
  const [name, repository] = [firstText(chart, "name", "chartName"), firstText(chart, "repo", "chartRepo")];
  if (name === undefined || repository === undefined) return;
  const key = at(chart, "chartVersion") === undefined ? "version" : "chartVersion";
  const version = versionIn(writtenAt(chart, key), chart, stateOfChart);
  const pin = out.pin({ kind: "chart", name, source: repository, ...version, path: pathOf([...steps, key]) });
  const values = [scalarAt(chart, "valuesFile"), ...itemsAt(chart, "additionalValuesFiles")];
  out.note({
    kind: "deployment",
    name: textAt(chart, "releaseName") ?? name,
    ...defined({ namespace: firstText(chart, "namespace", "releaseNamespace"), chartVersion: version.version }),
    chart: name,
    repository,
    valueFiles: values.flatMap((file) =>
      file?.kind === "scalar" && !file.templated ? [posix.normalize(posix.join(folder, file.text))] : [],
    ),
    pins: [pin],
  });
}

function firstText(node: Node, ...keys: readonly string[]): string | undefined {
  return keys.map((key) => textAt(node, key)).find((text) => text !== undefined);
}

/** The generator plugin that came before `helmCharts`: a document of its own. */
function readGenerator(root: Mapping, document: SourceDocument, out: Output): void {
  readChart(root, [], (steps) => pathIn(document, steps), "", out);
}
