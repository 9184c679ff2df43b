import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Row } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { Chart } from "../../parts/chart.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { Time } from "../../parts/time.tsx";
import { shortOf } from "../runs/run-words.ts";
import { linesOf, type Mark, marksOf } from "./chart-points.ts";
import type { Span } from "./spans.ts";

type Answer = ReturnType<typeof useRead<"/series/{id}/chart">>["data"];

/** One series over a span, with when something was changed in its environment. */
export function SeriesChart(props: {
  readonly id: number;
  readonly title: string;
  readonly unit: string;
  readonly span: Span;
  readonly runs: readonly Row<"/runs">[];
}) {
  const { id, span } = props;
  const chart = useRead("/series/{id}/chart", { path: { id }, query: { hours: span.hours } }, { everySeconds: 60 });
  return (
    <div className="mw-charts-place">
      <Loaded read={chart} skeleton={<SkeletonLines lines={8} height={26} />}>
        {(data) => <Lines {...props} data={data} />}
      </Loaded>
    </div>
  );
}

function Lines({
  title,
  unit,
  span,
  runs,
  data,
}: Omit<Parameters<typeof SeriesChart>[0], "id"> & { readonly data: NonNullable<Answer> }) {
  // The same objects while nothing changed: a new one has the plot drawn anew.
  const drawn = useMemo(() => linesOf(data.points), [data.points]);
  const { from, to } = data;
  const within = useMemo(() => ({ from, to }), [from, to]);
  const marks = useMemo(() => marksOf(runs, within), [runs, within]);
  if (data.points.length === 0) return <p className="mw-dim">Nothing was measured in the last {span.title}.</p>;
  return (
    <>
      <Chart title={title} unit={unit} {...drawn} marks={marks} span={within} />
      <Changes of={marks} />
    </>
  );
}

/** The marks of a chart in words, newest first. */
function Changes({ of: marks }: { readonly of: readonly Mark[] }) {
  if (marks.length === 0) return undefined;
  const shown = marks.toReversed().slice(0, 3);
  return (
    <p className="mw-dim">
      Changed:{" "}
      {shown.map(({ id, at, title }, index) => (
        <span key={id}>
          {index === 0 ? "" : "; "}
          <Link to={`/runs/${id}`} title={title}>
            {shortOf(title)}
          </Link>{" "}
          <Time at={at} show="exact" />
        </span>
      ))}
      {marks.length > shown.length ? ` and ${marks.length - shown.length} more` : ""}
    </p>
  );
}
