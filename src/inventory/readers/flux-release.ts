import { at, itemsAt, type Node, type Step, textAt } from "../../kernel/tree.ts";
import { stateOfChart, stateOfGit } from "../../kernel/version.ts";
import type { FluxObject } from "./flux-object.ts";
import { sourceNamed, urlBeside } from "./flux-sources.ts";
import { imagesIn } from "./helm-images.ts";
import { defined, versionIn, writtenAt } from "./kubernetes-written.ts";
import { readOverrides } from "./kustomize-images.ts";

/** A HelmRelease: the chart's version (none means `*`, the newest), and the images in its values and post-renderers. */
export function readRelease(object: FluxObject): void {
  const template = at(object.root, "spec", "chart", "spec");
  const reference = template === undefined ? at(object.root, "spec", "chartRef") : at(template, "sourceRef");
  const source = sourceNamed(reference, object) ?? "";
  const repository = urlBeside(source, object);
  const sourcePin = object.sourcePins.get(source);
  const pins = sourcePin === undefined ? [] : [sourcePin];
  const isFolder = /^(?:GitRepository|Bucket)\//.test(source);
  const chart = textAt(template, "chart");
  if (isFolder) {
    pins.push(...readValues(object, undefined));
    noteRelease(object, { repository, repositoryPath: chart?.replace(/^\.\//, "") }, pins);
  } else {
    pins.push(...readReleaseChart(object, template, source));
    pins.push(...readValues(object, chart));
    const chartVersion = textAt(template, "version");
    noteRelease(object, { chart: chart ?? chartOf(repository), chartVersion, repository }, pins);
  }
}

/** A patch for an overlay may give the version alone: then the release names the chart. */
function readReleaseChart(object: FluxObject, template: Node | undefined, source: string): readonly number[] {
  const patched = writtenAt(template, "version") === undefined ? undefined : object.name;
  const chart = textAt(template, "chart") ?? patched;
  if (template === undefined || chart === undefined) return [];
  const url = urlBeside(source, object);
  const pin = readChart(object, template, ["spec", "chart", "spec"], chart, url);
  if (url === undefined && source !== "") object.out.note({ kind: "source-use", name: source, pin });
  return [pin];
}

/** The release of Flux 1: a chart of a repository, or of a folder in Git. */
export function readOldRelease(object: FluxObject): void {
  const chart = at(object.root, "spec", "chart");
  const repository = textAt(chart, "repository");
  const name = textAt(chart, "name");
  const git = textAt(chart, "git");
  const pins: number[] = [];
  if (chart === undefined) return;
  if (name !== undefined && repository !== undefined) {
    pins.push(readChart(object, chart, ["spec", "chart"], name, repository));
  } else if (git !== undefined) {
    const version = versionIn(writtenAt(chart, "ref"), chart, stateOfGit);
    pins.push(
      object.out.pin({
        kind: "git",
        name: git,
        source: git,
        ...version,
        path: object.pathOf(["spec", "chart", "ref"]),
      }),
    );
  }
  pins.push(...readValues(object, name));
  const chartVersion = writtenAt(chart, "version")?.text;
  noteRelease(
    object,
    { chart: name, chartVersion, repository: repository ?? git, repositoryPath: textAt(chart, "path") },
    pins,
  );
}

function readChart(
  object: FluxObject,
  holder: Node,
  steps: readonly Step[],
  name: string,
  source: string | undefined,
): number {
  return object.out.pin({
    kind: "chart",
    name,
    source,
    ...versionIn(writtenAt(holder, "version"), holder, stateOfChart),
    path: object.pathOf([...steps, "version"]),
  });
}

/** Images in `values`, and in the Kustomize overrides that run on what the chart rendered. */
function readValues(object: FluxObject, chart: string | undefined): readonly number[] {
  const { root, out, pathOf } = object;
  const values = at(root, "spec", "values");
  const place = { pathOf: (below: readonly Step[]) => pathOf(["spec", "values", ...below]), owner: chart };
  const drafts = values === undefined ? [] : imagesIn(values, place);
  const scope = { folder: `${object.file.path}#${object.name}`, resources: [] };
  const rendered = itemsAt(root, "spec", "postRenderers").flatMap((renderer, index) => {
    const kustomize = at(renderer, "kustomize");
    const steps = ["spec", "postRenderers", index, "kustomize"];
    return kustomize === undefined ? [] : readOverrides(kustomize, steps, scope, pathOf, out);
  });
  return [...drafts.map((draft) => out.pin(draft)), ...rendered];
}

interface Release {
  readonly chart?: string | undefined;
  readonly chartVersion?: string | undefined;
  readonly repository: string | undefined;
  readonly repositoryPath?: string | undefined;
}

function noteRelease({ root, name, namespace, out }: FluxObject, release: Release, pins: readonly number[]): void {
  if (name === "") return;
  const target = textAt(root, "spec", "targetNamespace") ?? namespace;
  out.note({
    kind: "deployment",
    name: textAt(root, "spec", "releaseName") ?? name,
    ...defined({ namespace: target === "" ? undefined : target, ...release }),
    valueFiles: [],
    pins,
  });
}

/** The chart that an OCI address names. */
function chartOf(url: string | undefined): string | undefined {
  return url?.startsWith("oci://") ? url.slice(url.lastIndexOf("/") + 1) : undefined;
}
