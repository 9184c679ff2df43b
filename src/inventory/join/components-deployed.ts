import { posix } from "node:path";
import { environmentOf } from "../../platform/config.ts";
import type { System } from "../../systems/contract.ts";
import { lastSegment } from "../readers/argocd-source.ts";
import type { FilePin } from "../reading.ts";
import { firstEnvironment } from "./components-environment.ts";
import { type ComponentOptions, type FoundComponent, versionRunBy } from "./components-found.ts";
import { type Inclusion, inclusionsIn } from "./components-included.ts";
import { type ChartTraces, chartName, recogniseChart, recogniseImage, wrappedChart } from "./components-recognition.ts";
import type { Joining } from "./join.ts";
import { type DeployedValues, deployedValues, type PinsByFile, pinsByFile } from "./values-layers.ts";

/** The deployments of a repository and its pins by file, for the components that come of them. */
export interface Deployed {
  readonly values: readonly DeployedValues[];
  readonly byFile: PinsByFile;
}

export function deployedIn(joining: Joining): Deployed {
  const byFile = pinsByFile(joining);
  return { values: deployedValues(joining, byFile), byFile };
}

/** What Applications, HelmReleases and Terraform's releases install, known to us or not. */
export function deployedComponents(
  joining: Joining,
  deployed: Deployed,
  { config, systems }: ComponentOptions,
): readonly FoundComponent[] {
  const { byFile } = deployed;
  const inclusions = inclusionsIn(joining, config);
  return deployed.values.flatMap((values) => {
    const { deployment, file, valueFiles } = values;
    const own = deployment.pins.flatMap((index) => joining.pin(file, index) ?? []);
    const chartPins = values.chart === undefined ? [] : pinsOfChart(values.chart.folder, byFile);
    const pins = [...own, ...valueFiles.flatMap((path) => pinsIn(path, byFile)), ...chartPins];
    const installed = installedBy(values, own, chartPins, systems);
    const component = {
      name: deployment.name,
      system: installed.system?.id,
      environment: firstEnvironment([file, deployment.repositoryPath, ...valueFiles, deployment.name], config),
      namespace: deployment.namespace,
      version: versionOf(values, installed),
      pins,
    };
    return everywhere(component, values, installed, inclusions.get(file) ?? []);
  });
}

/**
 * The component in its own environment and in each whose kustomization includes it; what no environment of its own tells is
 * only where it is included. A patch of the version there tells what runs, or that it is not known.
 */
function everywhere(
  component: FoundComponent,
  values: DeployedValues,
  installed: Installed,
  inclusions: readonly Inclusion[],
): readonly FoundComponent[] {
  const included = inclusions.map(({ environment, patches }): FoundComponent => {
    const own = patches.find(
      ({ name = component.name, source }) => name === component.name && source === (values.deployment.source ?? 0),
    );
    // A chart of this repository is read as it stands here, whatever commit an environment takes.
    const version =
      own === undefined || values.chart !== undefined
        ? component.version
        : versionOf(values, { ...installed, chartVersion: own.revision });
    return { ...component, environment, version };
  });
  const elsewhere = included.filter(({ environment }) => environment !== component.environment);
  return component.environment === undefined && elsewhere.length > 0 ? elsewhere : [component, ...elsewhere];
}

/** Charts that only wrap a known one and that no Application names: an ApplicationSet finds them by folder. */
export function umbrellaComponents(
  joining: Joining,
  { values, byFile }: Deployed,
  { config, systems }: ComponentOptions,
): readonly FoundComponent[] {
  const folders = new Set(values.flatMap(({ chart }) => (chart === undefined ? [] : [chart.folder])));
  return joining.notes("chart").flatMap(({ file, note }) => {
    if (folders.has(note.folder)) return [];
    const pins = pinsOfChart(note.folder, byFile);
    const installed = wrappedBy(note.name, pins, systems);
    if (installed?.system === undefined) return [];
    const environment = environmentOf(file, config);
    const version = appVersion(installed);
    return [{ name: note.name, system: installed.system.id, environment, namespace: undefined, version, pins }];
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
  own: readonly FilePin[],
  chartPins: readonly FilePin[],
  systems: readonly System[],
): Installed {
  const wrapped = chart === undefined ? undefined : wrappedBy(chart.name, chartPins, systems);
  if (wrapped !== undefined) return wrapped;
  const traces: ChartTraces = chart === undefined ? deployment : { ...deployment, chart: chart.name };
  // Where the deployment refers to a constant, its pin stands there and knows the version.
  const pinned = own.find(({ kind, name }) => kind === "chart" && name === deployment.chart);
  const chartVersion = chart?.version ?? deployment.chartVersion ?? (pinned && versionRunBy(pinned));
  return { system: recogniseChart(traces, systems), chart: chartName(traces), chartVersion };
}

/** What a chart of this repository wraps, if it is a wrapper: `wrappedChart` says which dependency that is. */
function wrappedBy(name: string, pins: readonly FilePin[], systems: readonly System[]): Installed | undefined {
  const dependencies = pins.filter(({ kind, file }) => kind === "chart" && !file.endsWith(".lock"));
  const found = wrappedChart(
    name,
    dependencies.map((pin) => ({ name: pin.name, repository: pin.source ?? undefined, pin })),
    systems,
  );
  if (found === undefined || (!found.isByName && hasOwnImage(pins, dependencies))) return undefined;
  const { dependency, system } = found;
  return { system, chart: dependency.name, chartVersion: versionRunBy(dependency.pin) };
}

/** An image in the chart's values outside the sections of its dependencies: the chart brings software of its own. */
function hasOwnImage(pins: readonly FilePin[], dependencies: readonly FilePin[]): boolean {
  const sections = new Set(dependencies.map(({ name }) => name));
  return pins.some(({ kind, path }) => kind === "image" && !sections.has(path.split(".")[0] ?? ""));
}

/**
 * The tag of the chart's main image where one is written, else what the chart version brings. An image that is not the
 * system's own (a build with plugins) counts its own versions, which say nothing of the system's.
 */
function versionOf(values: DeployedValues, installed: Installed): string | undefined {
  const [image] = values.images.get("image") ?? [];
  if (image === undefined) return appVersion(installed) ?? values.chart?.appVersion;
  const { system } = installed;
  const isOwn = system === undefined || recogniseImage(image.pin.name, [system]) !== undefined;
  return isOwn || isNamedByChart(image.pin, installed) ? versionRunBy(image.pin) : undefined;
}

/** Only a tag is written, or the repository's last part is the chart's name: a mirror of the same image. */
function isNamedByChart({ name }: FilePin, { chart }: Installed): boolean {
  return chart !== undefined && lastSegment(name) === chart;
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
