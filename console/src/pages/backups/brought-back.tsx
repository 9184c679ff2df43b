import { Link } from "@tanstack/react-router";
import { useList } from "../../api/use-list.ts";
import { Section } from "../../parts/facts.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useEnvironment } from "../../state/use-search.ts";
import { RunState } from "../runs/run-state.tsx";
import type { RunRow } from "../runs/run-words.ts";

/** How long bringing back really took: the restores and drills that were run. */
export function BroughtBack() {
  const environment = useEnvironment();
  const restores = useList("/runs", { query: { environment, procedure: "restore" } }, 20);
  const drills = useList("/runs", { query: { environment, procedure: "drill" } }, 20);
  const rows = [...restores.rows, ...drills.rows].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  const error = restores.error ?? drills.error;
  return (
    <Section title="How long it took to bring back: restores and drills">
      {error !== undefined && rows.length === 0 ? <Problem error={error} retry={restores.reload} /> : undefined}
      {restores.loading || drills.loading ? <SkeletonLines lines={3} /> : undefined}
      {error === undefined && !restores.loading && !drills.loading && rows.length === 0 ? (
        <p className="mw-bk-plain">
          None was run yet, so how long it takes is not known: what stands above is what it may take. A proof is no
          measure of it, as it restores elsewhere.
        </p>
      ) : undefined}
      {rows.length === 0 ? undefined : (
        <SmallTable
          label="Restores and drills"
          stacks
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            { title: "State", cell: (run) => <RunState of={run} /> },
            { title: "Run", cell: ({ id, about, title }) => <Link to={`/runs/${id}`}>{about || title}</Link> },
            { title: "Environment", cell: (run) => run.environment },
            { title: "Began", cell: ({ createdAt }) => <Time at={createdAt} show="both" /> },
            { title: "Took, with what people were waited for", cell: (run) => took(run) },
          ]}
        />
      )}
    </Section>
  );
}

function took({ startedAt, endedAt }: RunRow): string {
  if (startedAt === null || endedAt === null) return "not ended";
  return durationText((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}
