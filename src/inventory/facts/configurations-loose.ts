import { posix } from "node:path";
import { entriesAt, type Mapping, type Node } from "../../kernel/tree.ts";
import { environmentOf } from "../../platform/config.ts";
import type { Configuration } from "../../platform/configuration.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { System } from "../../systems/contract.ts";
import { recogniseChart, recogniseValues, wrappedChart } from "../join/components-recognition.ts";
import { isValues, nameOfValuesFile } from "../readers/helm-values.ts";
import { isYamlName } from "../source-file.ts";
import type { LocalChart } from "./configurations-charts.ts";
import { configurationAt, type Described } from "./configurations-configuration.ts";
import type { Layer } from "./configurations-layers.ts";
import { type ConfigurationInput, type Files, ownValues } from "./configurations-sources.ts";
import { subchartConfigurations } from "./configurations-subcharts.ts";

/** The configurations in values files and umbrella charts that no Application names. */
export function looseConfigurations(
  input: ConfigurationInput,
  files: Files,
  used: ReadonlySet<string>,
): readonly Configuration[] {
  return [...umbrellaConfigurations(input, files, used), ...fileConfigurations(input, files, used)];
}

/** A chart that is no system itself: what an ApplicationSet over folders, or a pipeline, deploys. */
function umbrellaConfigurations(
  { systems, config }: ConfigurationInput,
  files: Files,
  used: ReadonlySet<string>,
): readonly Configuration[] {
  return [...files.charts.values()].flatMap((chart) => {
    if (used.has(chart.file.path) || isSystemItself(chart, systems)) return [];
    const values = ownValues(chart, files);
    const at = values?.kind === "values" ? values.file.locate(0) : chart.file.locate(0);
    const environment = environmentOf(chart.file.path, config);
    const defaults = { chart: chart.name, version: chart.version, values, subcharts: [] };
    return subchartConfigurations(chart, { component: chart.name, environment, at, layers: [], defaults }, systems);
  });
}

/** A system's own chart, perhaps with a database beside it: its values are defaults. */
function isSystemItself(chart: LocalChart, systems: readonly System[]): boolean {
  const own = recogniseChart({ chart: chart.name }, systems);
  return own !== undefined && wrappedChart(chart.name, chart.dependencies, systems) === undefined;
}

function fileConfigurations(
  { files: all, systems, config }: ConfigurationInput,
  files: Files,
  used: ReadonlySet<string>,
): readonly Configuration[] {
  return all.flatMap((file) => {
    if (used.has(file.path) || !isYamlName(file.path) || isOwnValues(file, files)) return [];
    const root = file.documents[0]?.root;
    if (root?.kind !== "mapping" || !isValues(root)) return [];
    const layers: readonly Layer[] = [{ kind: "values", root, file }];
    const environment = environmentOf(file.path, config);
    const described = (chart: string | undefined, node: Node): Described => ({
      component: nameOfValuesFile(file.path),
      environment,
      at: file.locate(node),
      layers,
      defaults: { chart, version: undefined, values: undefined, subcharts: [] },
    });
    const system = recogniseValues(root, systems);
    if (system !== undefined) return [configurationAt(described(system.recognition.charts?.[0], root), system, [])];
    return sectionsOf(root, systems).map(({ section, node, system: found }) =>
      configurationAt(described(section, node), found, [section]),
    );
  });
}

/** Sections called like a chart that hold what that chart is told. */
function sectionsOf(root: Mapping, systems: readonly System[]) {
  return entriesAt(root).flatMap(({ key, value }) => {
    const system = recogniseChart({ chart: key.text }, systems);
    const same = system !== undefined && recogniseValues(value, [system]) === system;
    return same ? [{ section: key.text, node: value, system }] : [];
  });
}

/** The values.yaml of a chart are its defaults, not the configuration of a component. */
function isOwnValues(file: SourceFile, { charts }: Files): boolean {
  const folder = posix.dirname(file.path);
  return posix.basename(file.path) === "values.yaml" && charts.has(folder === "." ? "" : folder);
}
