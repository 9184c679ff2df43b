import { load } from "js-yaml";
import { isMapping } from "../kubernetes/patch.ts";
import { type Application, type Source, type Spec, sourcesOf } from "./application.ts";
import type { ChartRenderer, Git } from "./handle.ts";
import { kustomizationIn, kustomize } from "./kustomize.ts";
import { joined, manifestsOf } from "./manifest.ts";

export interface Rendered {
  /** The commit or chart version of each source, in order. */
  readonly revisions: readonly string[];
  readonly objects: readonly Record<string, unknown>[];
}

/** Fetches and renders; keeps what a commit holds, since it never changes, and what a name means for `pollMs`. */
export class Sources {
  readonly #git: Git;
  readonly #charts: Readonly<Record<string, ChartRenderer>>;
  readonly #pollMs: number;
  readonly #files = new Map<string, Promise<ReadonlyMap<string, string>>>();
  readonly #resolved = new Map<string, { readonly sha: string; readonly at: number }>();

  constructor(git: Git, charts: Readonly<Record<string, ChartRenderer>>, pollMs: number) {
    this.#git = git;
    this.#charts = charts;
    this.#pollMs = pollMs;
  }

  /** The next look asks Git again: what a refresh does. */
  forget(): void {
    this.#resolved.clear();
  }

  /** Throws Error whose message is the Application's ComparisonError. `revisions` fixes them, as a sync to a revision does. */
  async render(application: Application, spec: Spec, wanted?: readonly string[]): Promise<Rendered> {
    const sources = sourcesOf(spec);
    if (sources.length === 0) throw new Error("spec.source and spec.sources are both empty");
    const revisions = await this.revisions(spec, wanted);
    const objects: Record<string, unknown>[] = [];
    for (const [index, source] of sources.entries()) {
      if (source.path === undefined && source.chart === undefined) {
        if (source.ref === undefined) throw new Error(`source ${index + 1} has neither a path nor a chart nor a ref`);
        continue;
      }
      objects.push(...(await this.#objectsOf(application, source, revisions[index] ?? "", { sources, revisions })));
    }
    return { revisions, objects };
  }

  /** The commit or chart version of each source as it is now; throws as `render` does. */
  async revisions(spec: Spec, wanted?: readonly string[]): Promise<readonly string[]> {
    const revisions: string[] = [];
    for (const [index, source] of sourcesOf(spec).entries())
      revisions.push(await this.#revision(source, wanted?.[index]));
    return revisions;
  }

  async #revision(source: Source, wanted: string | undefined): Promise<string> {
    const { repoURL, chart, targetRevision = "HEAD" } = source;
    const revision = wanted ?? targetRevision;
    if (chart !== undefined) {
      if (!/^v?\d+\.\d+\.\d+(?:[-+].*)?$/.test(revision))
        throw new Error(`chart ${chart}: a version range (${revision}) is not covered by the lab`);
      return revision;
    }
    const key = `${repoURL} ${revision}`;
    const known = this.#resolved.get(key);
    if (known !== undefined && performance.now() - known.at < this.#pollMs) return known.sha;
    try {
      const sha = await this.#git.resolve(repoURL, revision);
      this.#resolved.set(key, { sha, at: performance.now() });
      return sha;
    } catch (cause) {
      throw new Error(
        `Failed to load target state: unable to resolve '${revision}' to a commit SHA in ${repoURL}: ${messageOf(cause)}`,
        { cause },
      );
    }
  }

  async #objectsOf(
    application: Application,
    source: Source,
    sha: string,
    all: All,
  ): Promise<readonly Record<string, unknown>[]> {
    const chart = source.chart ?? source.path?.split("/").findLast((step) => step !== "") ?? "";
    const renderer = this.#charts[chart];
    if (source.chart !== undefined && renderer === undefined)
      throw new Error(`Failed to load target state: chart "${chart}" is not among the lab's charts`);
    if (renderer !== undefined && (source.chart !== undefined || source.kustomize === undefined))
      return this.#rendered(application, source, renderer, chart, all);
    const files = await this.#filesOf(source.repoURL, sha);
    return manifestsIn(files, source);
  }

  async #rendered(
    application: Application,
    source: Source,
    renderer: ChartRenderer,
    chart: string,
    all: All,
  ): Promise<readonly Record<string, unknown>[]> {
    const { helm = {}, targetRevision = "HEAD" } = source;
    const values = await this.#values(source, all);
    const index = all.sources.indexOf(source);
    const version = source.chart === undefined ? targetRevision : (all.revisions[index] ?? targetRevision);
    try {
      const namespace = application.spec.destination.namespace ?? "default";
      return renderer({
        chart,
        version,
        release: helm.releaseName ?? application.name,
        namespace,
        values,
      }) as readonly Record<string, unknown>[];
    } catch (cause) {
      throw new Error(
        `Failed to load target state: failed to generate manifest for source ${index + 1} of ${all.sources.length}: helm template: ${messageOf(cause)}`,
        { cause },
      );
    }
  }

  /** In Argo CD's order: value files, then `values`, then `valuesObject`, then parameters (docs/user-guide/helm.md, "Helm Value Precedence"). */
  async #values(source: Source, all: All): Promise<Record<string, unknown>> {
    const { valueFiles = [], values = "", valuesObject = {}, parameters = [] } = source.helm ?? {};
    const layers: Record<string, unknown>[] = [];
    for (const file of valueFiles) layers.push(mappingOf(await this.#valueFile(source, file, all), file));
    // valuesObject replaces values where both are given.
    layers.push(Object.keys(valuesObject).length > 0 ? valuesObject : mappingOf(values, "spec.source.helm.values"));
    layers.push(...parameters.map(({ name, value }) => nested(name.split(/(?<!\\)\./), value)));
    return layers.reduce<Record<string, unknown>>(mergedValues, {});
  }

  async #valueFile(source: Source, file: string, { sources, revisions }: All): Promise<string> {
    const { at, path } = placeOf(source, file, sources);
    const from = sources[at];
    if (from === undefined)
      throw new Error(`Failed to load target state: error getting value file ${file}: no source has this ref`);
    const files = await this.#filesOf(from.repoURL, revisions[at] ?? "");
    const text = files.get(path);
    if (text === undefined && source.helm?.ignoreMissingValueFiles !== true)
      throw new Error(`Failed to load target state: open ${file}: no such file or directory`);
    return text ?? "";
  }

  /** The whole repository at a commit: a kustomization reaches out of its folder. */
  #filesOf(repoURL: string, sha: string): Promise<ReadonlyMap<string, string>> {
    const key = `${repoURL} ${sha}`;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const asked = this.#git.files(repoURL, sha, ".").catch((cause: unknown) => {
      this.#files.delete(key);
      throw new Error(`Failed to load target state: ${repoURL} at ${sha}: ${messageOf(cause)}`, { cause });
    });
    this.#files.set(key, asked);
    return asked;
  }
}

interface All {
  readonly sources: readonly Source[];
  readonly revisions: readonly string[];
}

function manifestsIn(files: ReadonlyMap<string, string>, source: Source): readonly Record<string, unknown>[] {
  const folder = joined("", source.path ?? "");
  const inFolder = [...files.keys()].filter((path) => folder === "" || path.startsWith(`${folder}/`));
  if (inFolder.length === 0) throw new Error(`Failed to load target state: ${folder}: app path does not exist`);
  if (files.has(joined(folder, "Chart.yaml")))
    throw new Error(`Failed to load target state: the chart in ${folder} is not among the lab's charts`);
  try {
    if (kustomizationIn(files, folder) !== undefined) return kustomize(files, folder, source.kustomize);
    return plainIn(files, inFolder, folder, source);
  } catch (cause) {
    throw new Error(`Failed to load target state: failed to generate manifest: ${messageOf(cause)}`, { cause });
  }
}

function plainIn(
  files: ReadonlyMap<string, string>,
  paths: readonly string[],
  folder: string,
  { directory = {} }: Source,
): readonly Record<string, unknown>[] {
  const unknown = Object.keys(directory).filter((key) => key !== "recurse");
  if (unknown.length > 0) throw new Error(`spec.source.directory.${unknown[0]} is not covered by the lab`);
  const own = paths.filter(
    (path) => directory.recurse === true || !path.slice(folder === "" ? 0 : folder.length + 1).includes("/"),
  );
  if (own.some((path) => path.endsWith(".jsonnet"))) throw new Error("Jsonnet is not covered by the lab");
  return own
    .filter((path) => /\.(?:ya?ml|json)$/.test(path))
    .toSorted()
    .flatMap((path) => manifestsOf(files.get(path) ?? "", path));
}

/** `$values/a.yaml` stands in the source with that ref, another file beside the chart. */
function placeOf(
  source: Source,
  file: string,
  sources: readonly Source[],
): { readonly at: number; readonly path: string } {
  const [, ref, rest = ""] = /^\$([^/]+)\/(.*)$/.exec(file) ?? [];
  if (ref === undefined) return { at: sources.indexOf(source), path: joined(source.path ?? "", file) };
  return { at: sources.findIndex((one) => one.ref === ref), path: joined("", rest) };
}

/** Mappings merge, all else is replaced; null takes a key away (helm.sh/docs/chart_template_guide/values_files). */
function mergedValues(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = result[key];
    if (value === null) delete result[key];
    else result[key] = isMapping(before) && isMapping(value) ? mergedValues(before, value) : value;
  }
  return result;
}

function mappingOf(text: string, file: string): Record<string, unknown> {
  const value = text.trim() === "" ? {} : load(text);
  if (value === null || value === undefined) return {};
  if (!isMapping(value)) throw new Error(`Failed to load target state: ${file}: cannot unmarshal into a mapping`);
  return value;
}

function nested([key = "", ...rest]: readonly string[], value: string): Record<string, unknown> {
  if (rest.length > 0) return { [key]: nested(rest, value) };
  if (value === "true" || value === "false") return { [key]: value === "true" };
  return { [key]: /^\d{1,15}$/.test(value) ? Number(value) : value };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
