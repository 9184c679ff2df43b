import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useRead } from "../../api/use-read.ts";
import { counted } from "../../parts/counted.ts";
import { Empty } from "../../parts/empty.tsx";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonCard, SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { SpanChoice } from "../../parts/span-choice.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { type PointRow, verdictOf } from "./point-words.ts";
import { FenceTag, VerdictTag } from "./standing-tag.tsx";
import { sizeText } from "./store-words.ts";
import type { StoresRead } from "./stores-read.ts";
import { TimeLine } from "./time-line.tsx";
import { lanesOf } from "./time-line-marks.ts";
import { spans, useBackupSpan, useBackupsSince } from "./use-backups.ts";

/** When what could be brought back: each environment's stores over time, and its recovery points. */
export function Points({ stores }: { readonly stores: StoresRead }) {
  const environment = useEnvironment();
  const span = useBackupSpan();
  const backups = useBackupsSince({ environment }, span.from);
  const points = useRead("/recovery-points", { query: { environment, limit: 200 } });
  const items = stores.data?.items;
  const lanes = useMemo(
    () =>
      lanesOf(
        (items ?? []).filter(({ rpoHours }) => rpoHours !== null),
        backups.rows,
        span,
      ),
    [items, backups.rows, span],
  );
  if (backups.error !== undefined && backups.rows.length === 0)
    return <Problem error={backups.error} retry={backups.reload} />;
  return (
    <>
      <div>
        <SpanChoice of={spans} />
      </div>
      {backups.loading ? <SkeletonCard height={300} /> : undefined}
      {backups.loading
        ? undefined
        : [...Map.groupBy(lanes, (lane) => lane.environment)].map(([name, mine]) => (
            <TimeLine
              key={`${name} ${span.id}`}
              title={`Restore points of ${name}`}
              lanes={mine}
              points={(points.data?.items ?? []).filter(
                (one) => one.environment === name && Date.parse(one.at) >= span.from,
              )}
              span={span}
            />
          ))}
      <Section title="Recovery points: one moment over all stores">
        <Loaded read={points} skeleton={<SkeletonLines lines={6} />}>
          {(found) => <PointTable points={found.items} />}
        </Loaded>
      </Section>
    </>
  );
}

function PointTable({ points }: { readonly points: readonly PointRow[] }) {
  if (points.length === 0)
    return (
      <Empty title="There is no recovery point yet">
        A backup of every store of an environment together is one. Behind a write fence all of them are of one moment;
        without one they are taken in an order in which no row points at an object made later.
      </Empty>
    );
  return (
    <SmallTable
      label="Recovery points"
      stacks
      rows={points}
      keyOf={({ environment, id }) => `${environment} ${id}`}
      columns={[
        {
          title: "Moment",
          cell: ({ id, at }) => (
            <Link to={`/backups/points/${id}`} search={((before: object) => before) as never}>
              <Time at={at} show="both" />
            </Link>
          ),
        },
        { title: "Environment", cell: ({ environment }) => environment },
        { title: "Fence", cell: ({ fenced }) => <FenceTag fenced={fenced} /> },
        { title: "Checks and proofs", cell: (point) => <VerdictTag of={verdictOf(point)} /> },
        {
          title: "Holds",
          cell: ({ backups }) =>
            `${counted(backups.length, "store")}, ${sizeText(backups.reduce((sum, { bytes }) => sum + bytes, 0))}`,
        },
      ]}
    />
  );
}
