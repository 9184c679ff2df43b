import { posix } from "node:path";
import { type Fact, known, unknown } from "../../kernel/fact.ts";
import { stateOfImage } from "../../kernel/version.ts";
import type { System } from "../../systems/contract.ts";
import type { FilePin } from "../reading.ts";
import { chartName, recogniseChart } from "./components-recognition.ts";
import type { FileNote, Join, Joining } from "./join.ts";
import { type DeployedValues, deployedValues, pinsByFile, sectionOf } from "./values-layers.ts";

/**
 * What runs where values leave the tag to the chart: for `image` at the root the chart's appVersion, as `helm create` writes
 * its templates, and for any section what is shipped about that chart version. Otherwise unknown, with what would tell.
 */
export const followChartDefaults: Join = (joining) => {
  const found: Found = new Map();
  for (const values of deployedValues(joining, pinsByFile(joining))) {
    for (const [section, layers] of values.images) {
      for (const { pin } of layers) {
        if (isOpen(pin)) add(found, pin, defaultIn(values, section, joining.systems));
      }
    }
  }
  addUndeployed(joining, found);
  for (const [pin, facts] of found) settle(joining, pin, facts);
};

/** Values that no deployment names: beside a chart they are that chart's. */
function addUndeployed(joining: Joining, found: Found): void {
  const charts = new Map(joining.notes("chart").map(({ note }) => [note.folder || ".", note]));
  for (const { pin } of joining.pins()) {
    const section = isOpen(pin) && !found.has(pin) && isOfValues(pin) ? sectionOf(pin) : undefined;
    if (section === undefined) continue;
    const chart = charts.get(posix.dirname(pin.file));
    add(found, pin, chart === undefined ? ownerless() : localDefault(chart, section));
  }
}

/** What each deployment makes of a pin. */
type Found = Map<FilePin, Fact<string>[]>;

function add(found: Found, pin: FilePin, fact: Fact<string>): void {
  found.set(pin, [...(found.get(pin) ?? []), fact]);
}

function isOpen(pin: FilePin): boolean {
  return pin.kind === "image" && pin.state === "missing" && pin.digest === null && pin.effective === undefined;
}

/** Images of manifests have no chart: without a tag they are `latest`, which is no default but a rule of the runtime. */
function isOfValues(pin: FilePin): boolean {
  return pin.reader === "helm-values" && sectionOf(pin) !== undefined;
}

function ownerless(): Fact<string> {
  return unknown(
    "no Application or chart of this repository names this values file",
    "write the tag, or ask the chart that gets this file: helm show values CHART",
  );
}

function defaultIn(values: DeployedValues, section: string, systems: readonly System[]): Fact<string> {
  const { chart, deployment } = values;
  if (chart !== undefined) return localDefault(chart, section);
  const name = chartName(deployment);
  const version = deployment.chartVersion?.replace(/^v(?=\d)/, "");
  const system = recogniseChart(deployment, systems);
  const shipped =
    name === undefined || version === undefined ? undefined : shippedDefault(system, name, version, section);
  if (shipped !== undefined) return shipped;
  const title = name === undefined ? "its chart" : `the chart ${name} ${version ?? "of an unknown version"}`;
  return unknown(`${title} decides the tag`, `helm template ${name ?? "CHART"} --version ${version ?? "VERSION"}`);
}

function shippedDefault(
  system: System | undefined,
  chart: string,
  version: string,
  section: string,
): Fact<string> | undefined {
  const facts = system?.chartFacts?.(chart, version);
  const tag = facts?.defaults[`${section}.tag`];
  if (facts !== undefined && tag) return known(String(tag), facts.source);
  const app = facts?.appVersion ?? appVersionOf(system, chart, version);
  return section !== "image" || app === undefined
    ? undefined
    : known(app, `appVersion of the chart ${chart} ${version}`);
}

function appVersionOf(system: System | undefined, chart: string, version: string): string | undefined {
  return system?.appVersionOf?.(chart, version);
}

function localDefault(chart: FileNote<"chart">["note"], section: string): Fact<string> {
  const file = posix.join(chart.folder, "Chart.yaml");
  if (section === "image" && chart.appVersion !== undefined) return known(chart.appVersion, `appVersion in ${file}`);
  return unknown(`the templates of the chart ${chart.name} decide the tag`, `helm template ${chart.folder || "."}`);
}

function settle(joining: Joining, pin: FilePin, facts: readonly Fact<string>[]): void {
  const [first, ...others] = facts;
  if (first === undefined) return;
  if (first.kind !== "known") {
    joining.swap(pin, { ...pin, effective: first });
  } else if (others.every((fact) => fact.kind === "known" && fact.value === first.value)) {
    joining.swap(pin, { ...pin, state: stateOfImage(first.value), effective: first });
  } else {
    const effective = unknown("charts of different versions use these values", "see each Application's chart version");
    joining.swap(pin, { ...pin, effective });
  }
}
