import { posix } from "node:path";
import { at, scalarAt } from "../../kernel/tree.ts";
import type { PlatformConfig } from "../../platform/config.ts";
import type { Application, ApplicationSource } from "../../platform/configuration.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { System } from "../../systems/contract.ts";
import { constantText, findValueFile, foldersAbove, type ValueFile, valueFilesOf } from "../readers/argocd-files.ts";
import { inlineValues } from "../readers/argocd-inline.ts";
import type { LocalChart } from "./configurations-charts.ts";
import type { Layer } from "./configurations-layers.ts";
import { parameterLayers } from "./configurations-parameters.ts";

export interface ConfigurationInput {
  readonly files: readonly SourceFile[];
  readonly applications: readonly Application[];
  readonly systems: readonly System[];
  readonly config: PlatformConfig;
}

/** The files of a repository, for what Applications name. */
export interface Files {
  readonly byPath: ReadonlyMap<string, SourceFile>;
  readonly charts: ReadonlyMap<string, LocalChart>;
}

/** The values that an Application gives to one of its sources. */
export interface SourceValues {
  /** Strongest first; without the chart's own. */
  readonly layers: readonly Layer[];
  /** The files of this repository among them. */
  readonly files: readonly SourceFile[];
  /** The chart, where it lies in this repository. */
  readonly chart: LocalChart | undefined;
}

/**
 * Argo CD's order: parameters > valuesObject > values > valueFiles, of which the last is strongest > the chart's values
 * (argo-cd docs/user-guide/helm.md, "Helm Value Precedence").
 */
export function valuesOf(source: ApplicationSource, application: Application, files: Files): SourceValues {
  const { root } = source;
  const chart = localChart(source, application, files);
  const named = valueFilesOf(root, constantText).map((entry) => layerOf(entry, { source, application, files, chart }));
  const layers = [
    ...parameterLayers(root, application.file),
    ...inlineLayers(root, application.file),
    ...named.flatMap((layer) => layer ?? []).reverse(),
  ];
  const read = named.flatMap((layer) => (layer?.kind === "values" ? [layer.file] : []));
  return { layers, files: read, chart };
}

function inlineLayers(source: ApplicationSource["root"], file: SourceFile): readonly Layer[] {
  const inline = inlineValues(source, file);
  if (inline.length > 0) return inline.map(({ root }) => ({ kind: "values" as const, root, file }));
  const written = scalarAt(source, "helm", "values");
  if (written === undefined || written.text.trim() === "") return [];
  const why = `${file.path}: helm.values is no YAML mapping that can be read`;
  return [{ kind: "unreadable", why, howToLearn: "correct helm.values or use valuesObject" }];
}

interface Context {
  readonly source: ApplicationSource;
  readonly application: Application;
  readonly files: Files;
  readonly chart: LocalChart | undefined;
}

function layerOf(entry: ValueFile, context: Context): Layer | undefined {
  const { application, files } = context;
  const exists = (name: string): boolean => files.byPath.has(name);
  const path = entry.kind === "elsewhere" ? undefined : findValueFile(entry.path, application.file.path, exists);
  const file = path === undefined ? undefined : files.byPath.get(path);
  if (file !== undefined) return fileLayer(file);
  if (entry.kind === "beside-chart" && mayBeMissing(context)) return undefined;
  return {
    kind: "unreadable",
    why: `the values file ${entry.path} is not in this repository`,
    howToLearn: "audit it together with the repository that holds this file, or look there",
  };
}

/** Argo CD leaves the file out, and the chart's folder is here: it is missing for good. */
function mayBeMissing({ source, chart }: Context): boolean {
  return chart !== undefined && scalarAt(source.root, "helm", "ignoreMissingValueFiles")?.value === true;
}

/** A file of values; one with text but no document that could be read says nothing that counts. */
function fileLayer(file: SourceFile): Layer {
  const root = file.documents[0]?.root;
  if (root !== undefined || !/^[^#\s-]/m.test(file.text)) return { kind: "values", root, file };
  return { kind: "unreadable", why: `${file.path} could not be read as YAML`, howToLearn: `correct ${file.path}` };
}

/**
 * A `path` source is a chart of this repository when a Chart.yaml stands at that path from the root, or from a folder above
 * the Application.
 */
function localChart(source: ApplicationSource, application: Application, { charts }: Files): LocalChart | undefined {
  if (source.chart !== undefined || source.path === undefined) return undefined;
  const wanted = posix.normalize(source.path).replace(/^\.$|\/$/g, "");
  const found = charts.get(wanted);
  if (found !== undefined) return found;
  for (const folder of foldersAbove(application.file.path)) {
    const chart = charts.get(posix.join(folder, wanted));
    if (chart !== undefined) return chart;
  }
  return undefined;
}

/** The values that a local chart brings itself. */
export function ownValues(chart: LocalChart, files: Files): Layer | undefined {
  const file = files.byPath.get(posix.join(chart.folder, "values.yaml"));
  return file === undefined ? undefined : { kind: "values", root: file.documents[0]?.root, file, isDefault: true };
}

/** Whether Argo CD renders the source with Helm, as far as the Application tells. */
export function isHelm(source: ApplicationSource): boolean {
  return (
    source.chart !== undefined || at(source.root, "helm") !== undefined || (source.repoURL ?? "").startsWith("oci://")
  );
}
