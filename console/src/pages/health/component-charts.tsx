import { Button } from "@mantine/core";
import { useState } from "react";
import type { Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { Empty } from "../../parts/empty.tsx";
import { TextFilter } from "../../parts/filters.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SpanChoice } from "../../parts/span-choice.tsx";
import { useSearch } from "../../state/use-search.ts";
import { unitOf } from "./chart-points.ts";
import { SeriesChart } from "./series-chart.tsx";
import { spans, useSpan } from "./spans.ts";
import "./health.css";

type Series = Row<"/series">;

/** So many at once: each is asked of the server. */
const perPage = 8;

/** What was measured of a component, each series as a chart, with the changes that were made in its environment. */
export function ComponentCharts(props: { readonly environment: string; readonly component: string }) {
  const series = useList("/series", { query: props }, 200);
  const runs = useList("/runs", { query: { environment: props.environment } });
  const [search] = useSearch();
  const [shown, setShown] = useState(perPage);
  const span = useSpan();
  const part = (search["text"] ?? "").toLowerCase();
  const rows = series.rows.filter((one) => titleOf(one).toLowerCase().includes(part));
  if (series.error !== undefined && series.rows.length === 0)
    return <Problem error={series.error} retry={series.reload} />;
  if (series.loading) return <SkeletonCard height={320} />;
  if (series.rows.length === 0)
    return (
      <Empty title="Nothing is measured of it" tells={false}>
        Its probes answer, and give no numbers; or no probe has answered yet.
      </Empty>
    );
  return (
    <>
      <div className="mw-charts-bar">
        <SpanChoice of={spans} />
        <TextFilter name="text" label="Find a series" />
        <span className="mw-dim">Upright lines are changes that were made in {props.environment}.</span>
      </div>
      {rows.length === 0 ? <Empty title="No series fits this text">Take it out to see more.</Empty> : undefined}
      <div className="mw-charts">
        {rows.slice(0, shown).map((one) => (
          <section key={one.id} className="mw-card" aria-label={titleOf(one)}>
            <SeriesChart id={one.id} title={titleOf(one)} unit={unitOf(one.name)} span={span} runs={runs.rows} />
          </section>
        ))}
      </div>
      {rows.length > shown ? (
        <div>
          <Button variant="default" onClick={() => setShown(shown + perPage)}>
            Show more ({rows.length - shown} left)
          </Button>
        </div>
      ) : undefined}
    </>
  );
}

/** Its name, and what tells it from the others of that name. */
function titleOf({ name, labels }: Series): string {
  const own = Object.entries(labels)
    .filter(([key]) => key !== "probe")
    .map(([, value]) => value);
  return [name, ...own].join(" · ");
}
