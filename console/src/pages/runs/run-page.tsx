import { useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { JournalEntries } from "../../parts/journal-entries.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Asked } from "./asked.tsx";
import { Comparison } from "./comparison.tsx";
import { RunLog } from "./run-log.tsx";
import { Approvals, Given, Left } from "./run-record.tsx";
import { hasEnded, shortOf, whyOf } from "./run-words.ts";
import { Standing } from "./standing.tsx";
import { Steps } from "./steps.tsx";
import { StopTheLine } from "./stop-the-line.tsx";
import "./runs.css";

export type Run = Reply<"/runs/{id}">;

/** One run, as it happens: where it stands and why, what is asked of people, its steps and its log, and what is kept of it. */
export function RunPage() {
  const { id = "" } = useParams({ strict: false });
  const run = useRead("/runs/{id}", { path: { id } });
  const { data } = run;
  return (
    <Page
      title={data === undefined ? `Run ${id}` : shortOf(data.about)}
      why={data === undefined ? undefined : whyOf(data)}
      cli={run.cli ?? command`millwright run show ${id}`}
      back={{ to: "/runs", title: "Runs" }}
      actions={data === undefined || hasEnded(data) ? undefined : <StopTheLine run={data} />}
    >
      <Loaded read={run} skeleton={<Waiting />}>
        {(found) => <Whole run={found} etag={run.etag} />}
      </Loaded>
    </Page>
  );
}

function Waiting() {
  return (
    <>
      <SkeletonCard height={128} />
      <SkeletonCard height={420} />
    </>
  );
}

function Whole({ run, etag }: { readonly run: Run; readonly etag: string | undefined }) {
  return (
    <>
      <Asked run={run} etag={etag} />
      <Left run={run} />
      <Standing run={run} />
      <div className="mw-run-halves">
        <Steps run={run} />
        <RunLog run={run} />
      </div>
      {run.plan.some(({ effect }) => effect !== "none") ? <Comparison run={run} /> : undefined}
      <Approvals run={run} />
      <JournalEntries link={`run=${run.id}`} />
      <Given run={run} />
    </>
  );
}
