import { absent, type Fact } from "../../kernel/fact.ts";
import type { Configuration, Setting } from "../../platform/configuration.ts";
import type { Location } from "../../platform/source.ts";
import type { System } from "../../systems/contract.ts";
import { type DefaultsOf, defaultOf } from "./configurations-defaults.ts";
import { type Layer, settingIn } from "./configurations-layers.ts";

/** Everything a configuration is answered from. */
export interface Described {
  readonly component: string;
  readonly environment: string | undefined;
  readonly at: Location;
  /** Strongest first; without the chart's own. */
  readonly layers: readonly Layer[];
  readonly defaults: DefaultsOf;
}

/**
 * The configuration of a component whose values stand below `section`, empty for a chart's own. A subchart also gets its
 * parent's `global`, which is stronger than the one in its section (https://helm.sh/docs/chart_template_guide/subcharts_and_globals/).
 */
export function configurationAt(described: Described, system: System, section: readonly string[]): Configuration {
  const { component, environment, at, layers, defaults } = described;
  const write = (path: readonly string[]): Fact<Setting> | undefined => {
    const shared = section.length > 0 && path[0] === "global" ? settingIn(layers, path) : undefined;
    return shared ?? settingIn(layers, [...section, ...path]);
  };
  return {
    component,
    system: system.id,
    environment,
    chart: defaults.chart,
    chartVersion: defaults.version,
    at,
    setting: (...path) => write(path) ?? defaultOf(defaults, system, path),
    written: (...path) => write(path) ?? absent(at.file),
  };
}
