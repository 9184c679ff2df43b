import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useZone } from "../state/zone.ts";
import { axisTexts } from "./axis-text.ts";
import type { ChartProps } from "./chart.tsx";
import { exactText } from "./time-text.ts";
import "uplot/dist/uPlot.min.css";

const colours = ["--mw-blue", "--mw-orange", "--mw-green", "--mw-red", "--mw-yellow", "--mw-grey"];
const dashes = [[], [6, 4], [2, 3], [10, 4, 2, 4], [4, 2], [1, 4]];

/** The drawing of a `Chart`: only that imports this file, so that the library is fetched with the first chart. Lines differ by their dashes too. */
export function Plot({ at, lines, marks, span, unit, height = 180 }: ChartProps) {
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
        legend: { show: lines.length > 1 },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
        series: [
          { value: (_, at) => (at === null ? "--" : exactText(new Date(at * 1000).toISOString(), zone)) },
          ...lines.map(({ name }, index) => ({
            label: name,
            stroke: colour(colours[index % colours.length] ?? "--mw-blue"),
            dash: [...(dashes[index % dashes.length] ?? [])],
            width: 1.5,
            // While nobody points at a moment there is no value to tell.
            value: (_: uPlot, value: number | null, __: number, index: number | null) =>
              index === null ? "" : value === null ? "not known" : `${value} ${unit}`,
          })),
        ],
        scales: {
          ...(span === undefined ? {} : { x: { range: [seconds(span.from), seconds(span.to)] } }),
          y: { range: heights },
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
  }, [at, lines, marks, span, unit, height, zone, scheme]);
  return <div ref={place} style={{ minHeight: height }} />;
}

/** As far as the values go. Those that are all nothing lie at the foot of one, not of a hundred. */
function heights(_: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
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
