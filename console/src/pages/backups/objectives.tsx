import { useMemo } from "react";
import { type Read, useRead } from "../../api/use-read.ts";
import { Chart } from "../../parts/chart.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Few } from "../../parts/few.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SpanChoice } from "../../parts/span-choice.tsx";
import { Tag } from "../../parts/tag.tsx";
import { useNow } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { WhenNear } from "../../parts/when-near.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { BackAfter, type RestoreTimes } from "./back-after.tsx";
import { BroughtBack } from "./brought-back.tsx";
import { Drills } from "./drills.tsx";
import { type LossLines, lossLines, pastOf, worstFirst } from "./loss-lines.ts";
import { LostBetween, type Rpo } from "./lost-between.tsx";
import { Met } from "./measured.tsx";
import { hoursText, standingOf } from "./store-words.ts";
import type { StoresRead } from "./stores-read.ts";
import { spans, useBackupSpan, useBackupsSince } from "./use-backups.ts";

/** For each component: what could have been lost, against what may be, over time. */
export function Objectives({ stores }: { readonly stores: StoresRead }) {
  const environment = useEnvironment();
  const span = useBackupSpan();
  const backups = useBackupsSince({ environment }, span.from);
  const times = useRead("/backups/restore-times", { query: { environment } });
  const rpo = useRead("/backups/rpo", { query: { environment, days: span.days } });
  const data = stores.data;
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  const all = useMemo(() => {
    if (data === undefined) return [];
    const standing = data.items.map((one) => standingOf(one, data.environments));
    return worstFirst(lossLines(standing, backups.rows, pastOf(span, minute)));
  }, [data, backups.rows, span, minute]);
  if (backups.error !== undefined && backups.rows.length === 0)
    return <Problem error={backups.error} retry={backups.reload} />;
  return (
    <>
      <div className="mw-bk-bar">
        <SpanChoice of={spans} />
        <span className="mw-dim">
          The age of a component's newest backup at each moment: what a loss at that moment would have cost. Of its
          stores the one that is worst off counts.
        </span>
      </div>
      {backups.loading ? <SkeletonCard height={300} /> : undefined}
      {!backups.loading && all.length === 0 ? (
        <Empty title="No store is declared">Without one there is nothing that could be lost or brought back.</Empty>
      ) : undefined}
      {times.error !== undefined && times.data === undefined ? (
        <Problem error={times.error} retry={times.reload} />
      ) : undefined}
      {rpo.error !== undefined && rpo.data === undefined ? <Problem error={rpo.error} retry={rpo.reload} /> : undefined}
      <div className="mw-bk-charts">
        {backups.loading
          ? undefined
          : all.map((one) => (
              <Component
                key={`${one.environment} ${one.component}`}
                of={one}
                span={span}
                times={foundOf(one, times)}
                rpo={foundOf(one, rpo)}
              />
            ))}
      </div>
      <Drills />
      <BroughtBack />
    </>
  );
}

type Found<T> = T | "being read" | "not known";

function foundOf<T extends { readonly environment: string; readonly component: string }>(
  { environment, component }: LossLines,
  { data, loading }: Pick<Read<{ readonly items: readonly T[] }>, "data" | "loading">,
): Found<T> {
  const found = data?.items.find((one) => one.environment === environment && one.component === component);
  return found ?? (loading ? "being read" : "not known");
}

function Component({
  of: { environment, component, stores, at, lines, rpoHours, rtoMinutes, worst },
  span,
  times,
  rpo,
}: {
  readonly of: LossLines;
  readonly span: { readonly from: number; readonly to: number };
  readonly times: Found<RestoreTimes>;
  readonly rpo: Found<Rpo>;
}) {
  const within = useMemo(
    () => ({ from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() }),
    [span],
  );
  const title = `${component} in ${environment}`;
  return (
    <section className="mw-card" aria-label={title}>
      <h2>{title}</h2>
      <p>
        <Kept worst={worst} most={rpoHours} />{" "}
        {worst === undefined
          ? `${hoursText(rpoHours)} may be lost`
          : `at worst ${hoursText(worst)} of ${hoursText(rpoHours)} that may be lost`}
        ; to be back within {durationText(rtoMinutes * 60)}
      </p>
      {worst === undefined ? (
        <p className="mw-dim">Nothing of it could have been brought back in the time on screen.</p>
      ) : (
        <WhenNear height={232}>
          <Chart title="Could be lost" unit="h" at={at} lines={lines} span={within} height={150} />
        </WhenNear>
      )}
      {rpo === "being read" ? <SkeletonCard height={290} /> : undefined}
      {typeof rpo === "string" ? undefined : <LostBetween of={rpo} span={within} />}
      <Back times={times} span={within} />
      <p className="mw-dim">
        <Few of={stores} />
      </p>
    </section>
  );
}

function Back({
  times,
  span,
}: {
  readonly times: Found<RestoreTimes>;
  readonly span: { readonly from: string; readonly to: string };
}) {
  if (times === "being read") return <SkeletonCard height={260} />;
  if (times === "not known") return <p className="mw-dim">How long it takes until it is back is not known.</p>;
  return <BackAfter of={times} span={span} />;
}

function Kept({ worst, most }: { readonly worst: number | undefined; readonly most: number }) {
  if (worst === undefined)
    return (
      <Tag tone="red" icon="minus">
        no backup
      </Tag>
    );
  return <Met met={worst <= most}>{worst <= most ? "kept" : "not kept"}</Met>;
}
