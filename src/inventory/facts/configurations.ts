import type { PlatformConfig } from "../../platform/config.ts";
import type { Application, ApplicationSource, Configuration } from "../../platform/configuration.ts";
import type { System } from "../../systems/contract.ts";
import { firstEnvironment } from "../join/components-environment.ts";
import { chartName, recogniseChart, recogniseValues, wrappedChart } from "../join/components-recognition.ts";
import { localCharts } from "./configurations-charts.ts";
import { configurationAt, type Described } from "./configurations-configuration.ts";
import { looseConfigurations } from "./configurations-loose.ts";
import { releaseConfigurations } from "./configurations-releases.ts";
import {
  type ConfigurationInput,
  type Files,
  isHelm,
  ownValues,
  type SourceValues,
  valuesOf,
} from "./configurations-sources.ts";
import { subchartConfigurations } from "./configurations-subcharts.ts";

/**
 * The Helm configuration of every component whose system is recognised: those that Applications and Flux's HelmReleases
 * deploy, the subcharts of umbrella charts, and values files that no Application names, recognised by their keys. Of a
 * values file that several folders could mean, nothing is read: its keys are unknown.
 */
export function configurationsOf(input: ConfigurationInput): readonly Configuration[] {
  const byPath = new Map(input.files.map((file) => [file.path, file]));
  const files: Files = { byPath, charts: localCharts(input.files) };
  const used = new Set<string>();
  const deployed = input.applications.flatMap((application) =>
    application.sources.flatMap((source) => {
      const values = valuesOf(source, application, files);
      for (const file of values.files) used.add(file.path);
      if (values.chart !== undefined) used.add(values.chart.file.path);
      return configurationsOfSource({
        source,
        application,
        values,
        files,
        systems: input.systems,
        config: input.config,
      });
    }),
  );
  return [...deployed, ...releaseConfigurations(input), ...looseConfigurations(input, files, used)];
}

interface Deployed {
  readonly source: ApplicationSource;
  readonly application: Application;
  readonly values: SourceValues;
  readonly files: Files;
  readonly systems: readonly System[];
  readonly config: PlatformConfig;
}

function configurationsOfSource(deployed: Deployed): readonly Configuration[] {
  const { systems, values } = deployed;
  const described = describe(deployed);
  const { chart } = values;
  const isWrapper = chart !== undefined && wrappedChart(chart.name, chart.dependencies, systems) !== undefined;
  const system = isWrapper ? undefined : systemOf(deployed, described);
  if (system !== undefined) return [configurationAt(described, system, [])];
  return chart === undefined ? [] : subchartConfigurations(chart, described, systems);
}

function describe({ source, application, values, files, config }: Deployed): Described {
  const { chart, layers } = values;
  const paths = values.files.map(({ path }) => path).toReversed();
  return {
    component: application.name,
    environment: application.environment ?? firstEnvironment([source.path, ...paths, application.name], config),
    at: application.file.locate(source.root),
    layers,
    defaults: {
      chart: chart?.name ?? chartName({ chart: source.chart, repositoryPath: source.path }),
      version: chart?.version ?? source.targetRevision,
      values: chart === undefined ? undefined : ownValues(chart, files),
      subcharts: chart?.dependencies.map(({ section }) => section) ?? [],
    },
  };
}

/** By the chart or its repository, else by the values of what Helm renders. */
function systemOf({ source, values, systems }: Deployed, { defaults, layers }: Described): System | undefined {
  const traces = { chart: defaults.chart, repository: source.repoURL, repositoryPath: source.path };
  const system = recogniseChart(traces, systems);
  if (system !== undefined || !(isHelm(source) || values.chart !== undefined)) return system;
  for (const layer of defaults.values === undefined ? layers : [...layers, defaults.values]) {
    const found = layer.kind === "values" ? recogniseValues(layer.root, systems) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
