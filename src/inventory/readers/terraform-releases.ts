import {
  at,
  type Entry,
  formatPath,
  type Mapping,
  type Node,
  type Scalar,
  type Step,
  scalarAt,
  textAt,
} from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { stateOfChart } from "../../kernel/version.ts";
import { lastSegment } from "./argocd-source.ts";
import { imagesIn, type ValuesPlace } from "./helm-images.ts";
import { addDraft, addVersion, type Block, blocksIn, constantTexts, type Module, resolveIn } from "./terraform-tree.ts";

/** `helm_release` and `helm_template`: its chart, the images among its values, and that it deploys something. */
export function readReleases(module: Module): void {
  for (const block of [...blocksIn(module.root, "resource", 2), ...blocksIn(module.root, "data", 2)]) {
    if (block.labels[0] === "helm_release" || block.labels[0] === "helm_template") readRelease(module, block);
  }
}

function readRelease(module: Module, block: Block): void {
  const chart = scalarAt(block.body, "chart");
  if (chart === undefined) return;
  const local = /^\.{0,2}\/|^\$\{path\.|^"?\$\{path\./.test(chart.text);
  const pins = local ? [] : [addChart(module, chart, block)];
  const owner = chart.templated ? undefined : lastSegment(chart.text);
  const files: string[] = [];
  for (const [value, steps] of valuesOf(block)) readValues(module, value, steps, owner, pins, files);
  pins.push(...readSets(module, block, owner));
  noteDeployment(module, block, chart, local, pins, files);
}

function addChart(module: Module, chart: Scalar, block: Block): number {
  const archive = /^(.*\/)?([\w.-]+?)-(v?\d+\.\d+\.\d+[\w.+-]*?)\.tgz$/.exec(chart.text);
  if (archive !== null) return addArchivedChart(module, chart, archive, block);
  const draft = {
    kind: "chart",
    ...nameOf(chart, textAt(block.body, "repository")),
    parent: block.body,
    steps: [...block.steps, "version"],
  } as const;
  return addVersion(module, scalarAt(block.body, "version"), draft, stateOfChart);
}

/** A chart in a registry is called by its last part, as Argo CD's sources are. */
function nameOf(
  chart: Scalar,
  repository: string | undefined,
): { readonly name: string; readonly source: string | undefined } {
  const source = repository === undefined ? undefined : redactUrls(repository);
  if (!chart.text.startsWith("oci://") || chart.templated) return { name: chart.text, source };
  return { name: lastSegment(chart.text), source: redactUrls(chart.text) };
}

function addArchivedChart(module: Module, chart: Scalar, archive: RegExpExecArray, block: Block): number {
  const [, folder = "", name = "", version = ""] = archive;
  const start = chart.start + folder.length + name.length + 1;
  return module.out.pin({
    kind: "chart",
    name,
    source: folder === "" ? undefined : redactUrls(folder),
    version,
    state: stateOfChart(version),
    place: [start, start + version.length],
    path: formatPath([...block.steps, "chart"]),
  });
}

function valuesOf(block: Block): readonly (readonly [Node, readonly Step[]])[] {
  const values = at(block.body, "values");
  if (values === undefined) return [];
  const steps = [...block.steps, "values"];
  if (values.kind !== "sequence") return [[values, steps]];
  return values.items.map((item, index) => [item, [...steps, index]]);
}

/** One item of `values`: an object (`yamlencode`), a YAML text, or a call that reads a file. */
function readValues(
  module: Module,
  value: Node,
  steps: readonly Step[],
  owner: string | undefined,
  pins: number[],
  files: string[],
): void {
  if (value.kind === "sequence") {
    value.items.forEach((item, index) => {
      readValues(module, item, [...steps, index], owner, pins, files);
    });
    return;
  }
  const place = { pathOf: (below: readonly Step[]) => formatPath([...steps, ...below]), owner };
  if (value.kind === "mapping") pins.push(...addImages(module, value, place));
  else if (value.style === "plain" || value.text.startsWith("${")) files.push(...filesNamedIn(module, value.text));
  else for (const root of embeddedIn(module, value)) pins.push(...addImages(module, root, place));
}

function filesNamedIn(module: Module, expression: string): readonly string[] {
  return [...expression.matchAll(/\b(?:file|templatefile)\(\s*"([^"]+)"/g)].flatMap(([, named = ""]) => {
    const file = resolveIn(module.folder, named);
    return file === undefined ? [] : [file];
  });
}

function embeddedIn(module: Module, text: Scalar): readonly Node[] {
  return module.file.embedded(text).flatMap(({ root }) => (root === undefined ? [] : [root]));
}

function addImages(module: Module, values: Node, place: ValuesPlace): readonly number[] {
  return imagesIn(values, place).map((draft) => addDraft(module, draft));
}

/**
 * `set { name = "image.tag", value = "1.2" }` and the list of objects of the provider's third version, read as the values
 * they make together. An image without a tag here may have it in `values`: only tags that are written count.
 */
function readSets(module: Module, block: Block, owner: string | undefined): readonly number[] {
  const paths = new Map<string, string>();
  const values: OpenMapping = { kind: "mapping", entries: [], start: block.body.start, end: block.body.end };
  for (const { body, steps } of blocksIn(block.body, "set", 0, block.steps)) {
    const name = scalarAt(body, "name");
    const value = scalarAt(body, "value");
    if (name === undefined || name.templated || value === undefined) continue;
    const keys = name.text.split(/(?<!\\)\./).map((key) => key.replaceAll("\\", ""));
    paths.set(keys.join("\u{0}"), formatPath([...steps, "value"]));
    put(values, keys, name, value);
  }
  const pathOf = (steps: readonly Step[]): string =>
    paths.get(steps.join("\u{0}")) ?? formatPath([...block.steps, "set"]);
  return imagesIn(values, { pathOf, owner })
    .filter(({ version, digest }) => version !== undefined || digest !== undefined)
    .map((draft) => addDraft(module, draft));
}

interface OpenMapping extends Mapping {
  readonly entries: Entry[];
}

function put(root: OpenMapping, keys: readonly string[], name: Scalar, value: Scalar): void {
  let here = root;
  for (const [index, text] of keys.slice(0, 24).entries()) {
    const key: Scalar = { ...name, value: text, text };
    const known = here.entries.find((entry) => entry.key.text === text)?.value;
    if (index === keys.length - 1) {
      if (known === undefined) here.entries.push({ key, value });
      return;
    }
    if (known?.kind === "scalar") return;
    const next: OpenMapping = { kind: "mapping", entries: [], start: value.start, end: value.end };
    if (known === undefined) here.entries.push({ key, value: next });
    // What is below was put there by this function, so it is open as well.
    here = known === undefined ? next : (known as OpenMapping);
  }
}

function noteDeployment(
  module: Module,
  { labels, body }: Block,
  chart: Scalar,
  local: boolean,
  pins: readonly number[],
  valueFiles: readonly string[],
): void {
  const path = local ? resolveIn(module.folder, chart.text) : undefined;
  module.out.note({
    kind: "deployment",
    name: labels[1] ?? "",
    ...constantTexts({
      name: scalarAt(body, "name"),
      namespace: scalarAt(body, "namespace"),
      chart: local ? undefined : chart,
      chartVersion: scalarAt(body, "version"),
      repository: scalarAt(body, "repository"),
    }),
    ...(path === undefined ? {} : { repositoryPath: path }),
    valueFiles,
    pins,
  });
}
