import type { Configuration } from "../../platform/configuration.ts";
import type { System } from "../../systems/contract.ts";
import { recogniseChart } from "../join/components-recognition.ts";
import type { Dependency, LocalChart } from "./configurations-charts.ts";
import { configurationAt, type Described } from "./configurations-configuration.ts";
import { type Layer, settingIn } from "./configurations-layers.ts";

/** The configurations of the charts that an umbrella chart brings along and that are not switched off. */
export function subchartConfigurations(
  chart: LocalChart,
  described: Described,
  systems: readonly System[],
): readonly Configuration[] {
  const { defaults, layers } = described;
  // What the umbrella's own values say is written in this repository: a choice, not a default of the subchart.
  const own: readonly Layer[] = defaults.values?.kind === "values" ? [{ ...defaults.values, isDefault: false }] : [];
  const written = [...layers, ...own];
  return chart.dependencies.flatMap((dependency) => {
    const system = recogniseChart({ chart: dependency.name, repository: dependency.repository }, systems);
    if (system === undefined || isSwitchedOff(dependency, written)) return [];
    const { name, version, section } = dependency;
    const ofSubchart = { chart: name, version, values: undefined, subcharts: [] };
    return [configurationAt({ ...described, layers: written, defaults: ofSubchart }, system, [section])];
  });
}

function isSwitchedOff({ conditions }: Dependency, layers: readonly Layer[]): boolean {
  for (const condition of conditions) {
    const setting = settingIn(layers, condition.split("."));
    if (setting === undefined || setting.kind === "absent") continue;
    return setting.kind === "known" && setting.value.text === "false";
  }
  return false;
}
