import { Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useZone } from "../state/zone.ts";
import { exactText } from "./time-text.ts";
import "./chart.css";

export interface Line {
  readonly name: string;
  /** One value a moment, in the order of `at`; undefined where nothing is known: a gap, never a zero. */
  readonly values: readonly (number | undefined)[];
  /** It is what was agreed on, not what was measured: it looks alike in every chart. */
  readonly limit?: boolean;
}

export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  /** Moments, ascending. */
  readonly at: readonly string[];
  readonly lines: readonly Line[];
  /** Moments at which something happened: upright lines. Say them in words beside the chart too. */
  readonly marks?: readonly { readonly at: string; readonly title: string }[];
  /** What the axis goes from and to; as far as the measurements go when left out. */
  readonly span?: { readonly from: string; readonly to: string };
  readonly height?: number;
  /** The axis begins at nothing: how near the lines come to a limit is seen as it is. */
  readonly fromZero?: boolean;
}

const Plot = lazy(() => import("./plot.tsx").then(({ Plot: component }) => ({ default: component })));

/** Lines over time. The library comes with the first chart; the same numbers stand in a table for whoever cannot or will not look. */
export function Chart(props: ChartProps) {
  const { title, unit, height = 180 } = props;
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="mw-chart">
      <figcaption>
        <strong>{title}</strong> <span className="mw-dim">{unit}</span>
        <ShowAs of={title} other={asTable ? "lines" : "table"} change={() => setAsTable(!asTable)} />
      </figcaption>
      {asTable ? (
        <Numbers {...props} />
      ) : (
        <div role="img" aria-label={`${title}: ${summaryOf(props)}`} style={{ minHeight: placeOf(props) }}>
          <Suspense fallback={<Skeleton height={placeOf(props)} />}>
            <Plot {...props} height={height} />
          </Suspense>
        </div>
      )}
    </figure>
  );
}

/** Changes how something is shown. Several on a page are told apart by whoever hears them. */
export function ShowAs(props: { readonly of: string; readonly other: string; readonly change: () => void }) {
  const words = `Show as ${props.other}`;
  return (
    <button type="button" className="mw-text-button" aria-label={`${words}: ${props.of}`} onClick={props.change}>
      {words}
    </button>
  );
}

/** The plot, and below it a row that names the lines and tells what is pointed at. */
function placeOf({ height = 180 }: ChartProps): number {
  return height + 30;
}

function Numbers({ title, at, lines, height = 180 }: ChartProps) {
  const zone = useZone();
  return (
    <section className="mw-chart-numbers" aria-label={title} style={{ maxHeight: height * 2 }}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time ({zone})</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {at.map((moment, index) => (
            <tr key={moment}>
              <th scope="row">{exactText(moment, zone)}</th>
              {lines.map(({ name, values }) => (
                <td key={name}>{values[index] ?? "not known"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function summaryOf({ lines, unit }: ChartProps): string {
  return lines
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== undefined);
      if (known.length === 0) return `${name} not known`;
      return `${name} from ${Math.min(...known)} to ${Math.max(...known)}, last ${known.at(-1)} ${unit}`;
    })
    .join("; ");
}
