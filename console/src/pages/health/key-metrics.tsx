import { useMemo } from "react";
import type { Reply, Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { useRead } from "../../api/use-read.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SpanChoice } from "../../parts/span-choice.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { rounded } from "./chart-points.ts";
import { SeriesChart } from "./series-chart.tsx";
import { spans, useSpan } from "./spans.ts";
import "./health.css";

type Metric = Reply<"/key-metrics">["metrics"][number];

/** The fourteen metrics that guide A asks for, each from its real source; what does not exist says so. */
export function KeyMetrics() {
  const environment = useEnvironment();
  const metrics = useRead("/key-metrics", { query: { environment } }, { everySeconds: 60 });
  const runs = useList("/runs", { query: { environment } });
  return (
    <>
      <div className="mw-charts-bar">
        <SpanChoice of={spans} />
        <span className="mw-dim">Upright lines are changes that were made.</span>
      </div>
      <Loaded read={metrics} skeleton={<Waiting />}>
        {({ metrics: all }) => (
          <div className="mw-charts">
            {knownFirst(all).map((metric) => (
              <MetricCard key={`${metric.id}/${metric.environment ?? ""}`} of={metric} runs={runs.rows} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

const order: readonly Metric["kind"][] = ["known", "absent-by-design", "unknown"];

/** In the guide's order within each kind. */
function knownFirst(metrics: readonly Metric[]): readonly Metric[] {
  const rank = ({ kind, series }: Metric): number => (series === undefined ? order.indexOf(kind) : -1);
  return metrics.toSorted((a, b) => rank(a) - rank(b));
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading">
      <div className="mw-charts" style={{ pointerEvents: "none" }}>
        {Array.from({ length: 6 }, (_, index) => (
          <SkeletonCard key={index} height={300} />
        ))}
      </div>
    </div>
  );
}

function MetricCard({ of: metric, runs }: { readonly of: Metric; readonly runs: readonly Row<"/runs">[] }) {
  const span = useSpan();
  const { title, unit, environment, value, at, series, source, why } = metric;
  const here = useMemo(() => runs.filter((run) => run.environment === environment), [runs, environment]);
  return (
    <section className="mw-card" aria-label={environment === undefined ? title : `${title}, ${environment}`}>
      <h2>{title}</h2>
      <p>
        <Kind of={metric.kind} /> {environment}{" "}
        {value === undefined ? undefined : (
          <>
            <strong>
              {rounded(value)} {unit}
            </strong>{" "}
            {at === undefined ? undefined : <Time at={at} />}
          </>
        )}
      </p>
      {why === undefined ? undefined : <p>{why}</p>}
      {series === undefined ? undefined : (
        <SeriesChart
          id={series}
          title={metric.kind === "absent-by-design" ? "In its place" : (environment ?? "")}
          unit={unit}
          span={span}
          runs={here}
        />
      )}
      <p className="mw-dim">
        {metric.kind === "absent-by-design" ? "In its place: " : "From "}
        <span className="mw-mono">{source}</span>
      </p>
    </section>
  );
}

function Kind({ of: kind }: { readonly of: Metric["kind"] }) {
  switch (kind) {
    case "known":
      return undefined;
    case "absent-by-design":
      return (
        <Tag tone="grey" icon="minus">
          absent by design
        </Tag>
      );
    case "unknown":
      return (
        <Tag tone="grey" icon="question">
          unknown
        </Tag>
      );
  }
}
