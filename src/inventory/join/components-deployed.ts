import { posix } from "node:path";
import { environmentOf, type PlatformConfig } from "../../platform/config.ts";
import type { System } from "../../systems/contract.ts";
import type { FilePin } from "../reading.ts";
import { firstEnvironment } from "./components-environment.ts";
import { type FoundComponent, versionRunBy } from "./components-found.ts";
import { type ChartTraces, chartName, recogniseChart } from "./components-recognition.ts";
import type { Joining } from "./join.ts";
import { type DeployedValues, deployedValues, type PinsByFile, pinsByFile, valueFilesOf } from "./values-layers.ts";

/** What Applications, HelmReleases and Terraform's releases install, known to us or not. */
export function deployedComponents(
  joining: Joining,
  config: PlatformConfig,
  systems: readonly System[],
): readonly FoundComponent[] {
  const byFile = pinsByFile(joining);
  return deployedValues(joining, byFile).map((values) => {
    const { deployment, file } = values;
    const own = deployment.pins.flatMap((index) => joining.pin(file, index) ?? []);
    const files = valueFilesOf(file, deployment, byFile);
    const chartPins = values.chart === undefined ? [] : pinsOfChart(values.chart.folder, byFile);
    const pins = [...own, ...files.flatMap((path) => pinsIn(path, byFile)), ...chartPins];
    const installed = installedBy(values, chartPins, systems);
    return {
      name: deployment.name,
      system: installed.system?.id,
      environment: firstEnvironment([file, deployment.repositoryPath, ...files, deployment.name], config),
      namespace: deployment.namespace,
      version: versionOf(values, installed),
      pins,
    };
  });
}

/** Charts that only bring one known chart along and that no Application names: an ApplicationSet finds them by folder. */
export function umbrellaComponents(
  joining: Joining,
  config: PlatformConfig,
  systems: readonly System[],
): readonly FoundComponent[] {
  const byFile = pinsByFile(joining);
  const deployed = new Set(
    deployedValues(joining, byFile).flatMap(({ chart }) => (chart === undefined ? [] : [chart.folder])),
  );
  return joining.notes("chart").flatMap(({ file, note }) => {
    if (deployed.has(note.folder) || recogniseChart({ chart: note.name }, systems) !== undefined) return [];
    const pins = pinsOfChart(note.folder, byFile);
    const { system, chart, chartVersion } = onlyDependency(pins, systems);
    if (system === undefined) return [];
    const version = appVersion({ system, chart, chartVersion });
    const environment = environmentOf(file, config);
    return [{ name: note.name, system: system.id, environment, namespace: undefined, version, pins }];
  });
}

/** The chart that decides what a deployment is, and its system. */
interface Installed {
  readonly system: System | undefined;
  readonly chart: string | undefined;
  readonly chartVersion: string | undefined;
}

function installedBy(
  { deployment, chart }: DeployedValues,
  chartPins: readonly FilePin[],
  systems: readonly System[],
): Installed {
  const traces: ChartTraces = chart === undefined ? deployment : { ...deployment, chart: chart.name };
  const system = recogniseChart(traces, systems);
  if (system === undefined && chart !== undefined) return onlyDependency(chartPins, systems);
  const chartVersion = chart?.version ?? deployment.chartVersion;
  return { system, chart: chartName(traces), chartVersion };
}

/** An umbrella chart is what its one dependency is; of several none stands for the whole. */
function onlyDependency(pins: readonly FilePin[], systems: readonly System[]): Installed {
  const dependencies = pins.filter(({ kind, file }) => kind === "chart" && !file.endsWith(".lock"));
  const [only, ...others] = dependencies;
  if (only === undefined || others.length > 0) return { system: undefined, chart: undefined, chartVersion: undefined };
  const system = recogniseChart({ chart: only.name, repository: only.source ?? undefined }, systems);
  return { system, chart: only.name, chartVersion: versionRunBy(only) };
}

/** The tag of the chart's main image where one is written; else what the chart version brings. */
function versionOf(values: DeployedValues, installed: Installed): string | undefined {
  const [image] = values.images.get("image") ?? [];
  if (image !== undefined) return versionRunBy(image.pin);
  return appVersion(installed) ?? values.chart?.appVersion;
}

function appVersion({ system, chart, chartVersion }: Installed): string | undefined {
  if (chart === undefined || chartVersion === undefined) return undefined;
  return system?.appVersionOf?.(chart, chartVersion.replace(/^v(?=\d)/, ""));
}

function pinsOfChart(folder: string, byFile: PinsByFile): readonly FilePin[] {
  const names = ["Chart.yaml", "requirements.yaml", "Chart.lock", "requirements.lock", "values.yaml"];
  return names.flatMap((name) => pinsIn(posix.join(folder, name), byFile));
}

function pinsIn(path: string, byFile: PinsByFile): readonly FilePin[] {
  return (byFile.get(path) ?? []).map(({ pin }) => pin);
}
