import { entriesAt, type Node } from "../../kernel/tree.ts";
import type { System } from "../../systems/contract.ts";
import { lastSegment } from "../readers/argocd-source.ts";

/** What a deployment says of itself. */
export interface ChartTraces {
  readonly chart?: string | undefined;
  readonly repository?: string | undefined;
  readonly repositoryPath?: string | undefined;
}

/** The system that a chart or repository installs; the chart's name is asked first, in the order of the systems. */
export function recogniseChart(traces: ChartTraces, systems: readonly System[]): System | undefined {
  const chart = chartName(traces)?.toLowerCase();
  const byName = systems.find(({ recognition }) => chart !== undefined && recognition.charts?.includes(chart));
  if (byName !== undefined || traces.repository === undefined) return byName;
  const repository = traces.repository.toLowerCase().replace(/(?:\.git)?\/*$/, "");
  return systems.find(({ recognition }) =>
    recognition.repositories?.some((end) => repository === end || /[/:]/.test(charBefore(repository, end) ?? "")),
  );
}

/** The chart's name: `chart`, or the folder of one in Git where the path says that it is one. */
export function chartName({ chart, repositoryPath }: ChartTraces): string | undefined {
  if (chart !== undefined) return chart;
  return /(?:^|\/)(?:charts?|helm)\//.test(repositoryPath ?? "") ? lastSegment(repositoryPath ?? "") : undefined;
}

function charBefore(text: string, end: string): string | undefined {
  return text.endsWith(end) ? text[text.length - end.length - 1] : undefined;
}

/**
 * The dependency that a wrapper chart is there for: its only one, the one of the system that the wrapper is called after, or
 * the first when all are of one system. A chart with a database beside it is no wrapper.
 */
export function wrappedChart<Dependency extends { readonly name: string; readonly repository: string | undefined }>(
  name: string,
  dependencies: readonly Dependency[],
  systems: readonly System[],
): { readonly dependency: Dependency; readonly system: System; readonly isByName: boolean } | undefined {
  const own = recogniseChart({ chart: name }, systems);
  const known = dependencies.flatMap((dependency) => {
    const system = recogniseChart({ chart: dependency.name, repository: dependency.repository }, systems);
    return system === undefined ? [] : [{ dependency, system, isByName: system === own }];
  });
  if (own !== undefined) return known.find(({ system }) => system === own);
  const [first, ...others] = known;
  const isWhole = known.length === dependencies.length && others.every(({ system }) => system === first?.system);
  return isWhole ? first : undefined;
}

/** The system that an image (without tag) is of. */
export function recogniseImage(name: string, systems: readonly System[]): System | undefined {
  const image = withoutRegistry(name.toLowerCase());
  return systems.find(({ recognition }) =>
    recognition.images?.some((known) => (known.endsWith("/") ? image.startsWith(known) : image === known)),
  );
}

function withoutRegistry(name: string): string {
  const first = name.slice(0, name.indexOf("/"));
  const path = /[.:]|^localhost$/.test(first) ? name.slice(first.length + 1) : name;
  return path.replace(/^library\//, "");
}

/** The system whose telling keys all exist in a tree of Helm values. */
export function recogniseValues(values: Node | undefined, systems: readonly System[]): System | undefined {
  return systems.find(({ recognition }) =>
    recognition.values?.some(
      (paths) => paths.length > 0 && paths.every((path) => holds(values, path.toLowerCase().split("."))),
    ),
  );
}

/** Recognition is written in lower case, keys are not. */
function holds(node: Node | undefined, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return node !== undefined;
  return entriesAt(node).some((entry) => entry.key.text.toLowerCase() === key && holds(entry.value, rest));
}
