import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useZone } from "../state/zone.ts";
import { axisTexts } from "./axis-text.ts";
import type { ChartProps } from "./chart.tsx";
import { exactText } from "./time-text.ts";
import "uplot/dist/uPlot.min.css";

interface Look {
  readonly colour: string;
  readonly dash: readonly number[];
  /** As in CSS, for the legend. */
  readonly border: string;
}

const looks: readonly Look[] = [
  { colour: "--mw-blue", dash: [], border: "solid" },
  { colour: "--mw-orange", dash: [6, 4], border: "dashed" },
  { colour: "--mw-green", dash: [10, 4, 2, 4], border: "dashed" },
  { colour: "--mw-yellow", dash: [12, 6], border: "dashed" },
  { colour: "--mw-grey", dash: [4, 2], border: "dashed" },
];
const limitLook: Look = { colour: "--mw-red", dash: [2, 3], border: "dotted" };

/** The drawing of a `Chart`: only that imports this file, so that the library is fetched with the first chart. Lines differ by their dashes too. */
export function Plot({ at, lines, marks, span, unit, height = 180, fromZero = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const zone = useZone();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const css = getComputedStyle(document.documentElement);
    const colour = (name: string): string => css.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--mw-grey"),
      grid: { stroke: colour("--mw-line"), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { markers: { dash: (_, series) => lookOf(lines, series - 1).border } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
        series: [
          { label: "at", value: (_, at) => (at === null ? "" : exactText(new Date(at * 1000).toISOString(), zone)) },
          ...lines.map(({ name }, index) => ({
            label: name,
            stroke: colour(lookOf(lines, index).colour),
            dash: [...lookOf(lines, index).dash],
            width: 1.5,
            // While nobody points at a moment there is no value to tell.
            value: (_: uPlot, value: number | null, __: number, index: number | null) =>
              index === null ? "" : value === null ? "not known" : `${value} ${unit}`,
          })),
        ],
        scales: {
          ...(span === undefined ? {} : { x: { range: [seconds(span.from), seconds(span.to)] } }),
          y: { range: (_, least, most) => heights(fromZero ? Math.min(0, least ?? 0) : least, most) },
        },
        axes: [
          { ...axis, size: 40, values: (_, splits) => axisTexts(splits, zone) },
          { ...axis, size: 56 },
        ],
        hooks: { draw: [(drawn) => drawMarks(drawn, marks ?? [], colour("--mw-orange"))] },
      },
      [at.map(seconds), ...lines.map(({ values }) => values.map((value) => value ?? null))],
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
    // A new theme has other colours.
  }, [at, lines, marks, span, unit, height, fromZero, zone, scheme]);
  return <div ref={place} style={{ minHeight: height }} />;
}

function lookOf(lines: ChartProps["lines"], index: number): Look {
  return lines[index]?.limit === true ? limitLook : (looks[index % looks.length] ?? limitLook);
}

/** As far as the values go. Those that are all nothing lie at the foot of one, not of a hundred. */
function heights(least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null || (least === 0 && most === 0)) return [0, 1];
  return uPlot.rangeNum(least, most, 0.1, true);
}

function seconds(at: string): number {
  return Date.parse(at) / 1000;
}

/** An upright line with a small flag at each moment, behind nothing. */
function drawMarks(plot: uPlot, marks: NonNullable<ChartProps["marks"]>, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([]);
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(seconds(at), "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillRect(x, bbox.top, 6 * devicePixelRatio, 4 * devicePixelRatio);
  }
  ctx.restore();
}
