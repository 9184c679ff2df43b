import type { Reply } from "../../api/types.ts";
import type { ChartProps } from "../../parts/chart.tsx";

type Points = Reply<"/series/{id}/chart">["points"];

/** After so many times the usual distance without a measurement there was none: the line has a gap. */
const gapSteps = 3;

/** Points as lines: the mean, and where a point stands for several measurements that differ, their least and most too. */
export function linesOf(points: Points): Pick<ChartProps, "at" | "lines"> {
  const withGaps = gapped(points);
  const at = withGaps.map((point) => point.at);
  const line = (name: string, field: "mean" | "least" | "most") => ({
    name,
    values: withGaps.map((point) => ("mean" in point ? rounded(point[field]) : undefined)),
  });
  const spread = points.some(({ least, most }) => most > least);
  return {
    at,
    lines: spread ? [line("mean", "mean"), line("least", "least"), line("most", "most")] : [line("value", "mean")],
  };
}

function gapped(points: Points): readonly (Points[number] | { readonly at: string })[] {
  const distances = points
    .slice(1)
    .map(({ at }, index) => Date.parse(at) - Date.parse(points[index]?.at ?? at))
    .toSorted((a, b) => a - b);
  const usual = distances[Math.floor(distances.length / 2)] ?? 0;
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (before === undefined || Date.parse(point.at) - Date.parse(before.at) <= usual * gapSteps) return [point];
    return [{ at: new Date(Date.parse(before.at) + usual).toISOString() }, point];
  });
}

/** Four digits: what people compare at a look. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

const units: Readonly<Record<string, string>> = {
  millis: "ms",
  seconds: "s",
  bytes: "bytes",
  ratio: "of 1",
  percent: "%",
  days: "days",
};

/** The unit that a series has in its name: `s3_head_millis` is in ms; what has none counts. */
export function unitOf(name: string): string {
  const last =
    name
      .replace(/_total$/, "")
      .split("_")
      .at(-1) ?? "";
  return units[last] ?? (name.endsWith("_total") ? "in all" : "");
}

export interface Mark {
  readonly id: string;
  readonly at: string;
  readonly title: string;
}

interface Change {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly mode: "shadow" | "act";
  readonly startedAt: string | null;
}

/** When something was changed within a chart's span: runs that began then, without those that only wrote down what they would do. */
export function marksOf(
  runs: readonly Change[],
  span: { readonly from: string; readonly to: string },
): readonly Mark[] {
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
  return runs
    .flatMap(({ id, title, about, mode, startedAt }) =>
      startedAt === null || mode === "shadow"
        ? []
        : [{ id, at: startedAt, title: about === "" || about === title ? title : `${title}: ${about}` }],
    )
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
