import { absent, type Fact, known, unknown } from "../../kernel/fact.ts";
import type { Scalar } from "../../kernel/tree.ts";
import type { Setting } from "../../platform/configuration.ts";
import type { ChartFacts, System } from "../../systems/contract.ts";
import { type Layer, settingIn } from "./configurations-layers.ts";

/** Where the defaults of a component's chart come from. */
export interface DefaultsOf {
  readonly chart: string | undefined;
  readonly version: string | undefined;
  /** The chart's own values, where it lies in this repository. */
  readonly values: Layer | undefined;
  /** Sections of the values that belong to other charts: what they default to is not in the chart's own values. */
  readonly subcharts: readonly string[];
}

/** The default of a chart for a path: from the chart in this repository, else from what is shipped about its version. */
export function defaultOf(defaults: DefaultsOf, system: System, path: readonly string[]): Fact<Setting> {
  const { values } = defaults;
  return values === undefined ? shippedDefault(defaults, system, path) : localDefault(defaults, values, path);
}

function shippedDefault({ chart, version }: DefaultsOf, system: System, path: readonly string[]): Fact<Setting> {
  const title = `${chart ?? "the chart"} ${version ?? "of an unknown version"}`;
  const howToLearn = `helm show values ${chart ?? "CHART"} --version ${version ?? "VERSION"}`;
  const facts = factsOf(chart, version, system);
  if (facts === undefined) return unknown(`the defaults of ${title} are not known here`, howToLearn);
  for (let length = path.length; length > 0; length -= 1) {
    const value = facts.defaults[path.slice(0, length).join(".")];
    if (value === undefined) continue;
    if (value === null || length < path.length) return absent(facts.source);
    return known({ node: scalarOf(value), text: String(value), at: undefined, file: undefined }, facts.source);
  }
  return unknown(`the default of ${path.join(".")} in ${title} is not known here`, howToLearn);
}

function factsOf(chart: string | undefined, version: string | undefined, system: System): ChartFacts | undefined {
  if (chart === undefined || version === undefined) return undefined;
  return system.chartFacts?.(chart, version.replace(/^v(?=\d)/, ""));
}

function localDefault(defaults: DefaultsOf, values: Layer, path: readonly string[]): Fact<Setting> {
  const found = settingIn([values], path);
  if (found !== undefined) return found;
  const [section = ""] = path;
  if (defaults.subcharts.includes(section)) {
    return unknown(
      `the subchart ${section} decides it`,
      `helm dependency build, then helm show values charts/${section}-*.tgz`,
    );
  }
  return absent(values.kind === "values" ? values.file.path : "the chart's values");
}

/** A default stands in no file: its places are empty. */
function scalarOf(value: string | number | boolean): Scalar {
  return { kind: "scalar", value, text: String(value), style: "plain", start: 0, end: 0, templated: false };
}
