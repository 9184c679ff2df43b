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

/** How long bringing back in place really took: the restores that were run. */
export function BroughtBack() {
  const environment = useEnvironment();
  const restores = useList("/runs", { query: { environment, procedure: "restore" } }, 20);
  const { rows, error, loading } = restores;
  return (
    <Section title="How long it took to bring back: restores">
      {error !== undefined && rows.length === 0 ? <Problem error={error} retry={restores.reload} /> : undefined}
      {loading ? <SkeletonLines lines={3} /> : undefined}
      {error === undefined && !loading && rows.length === 0 ? (
        <p className="mw-bk-plain">
          None was run yet. Proofs and drills restore into what is thrown away: times above are without those of the
          people and clusters that a restore in place waits for.
        </p>
      ) : undefined}
      {rows.length === 0 ? undefined : (
        <SmallTable
          label="Restores"
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
