import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { Reply } from "../../api/types.ts";
import { useLive } from "../../api/use-live.ts";
import { type Read, useRead } from "../../api/use-read.ts";
import { JournalEntries } from "../../parts/journal-entries.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Asked } from "./asked.tsx";
import { Comparison } from "./comparison.tsx";
import { type LogLine, withEvent } from "./live-lines.ts";
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
  // Another run is another page: nothing of one is shown with the next.
  return <OneRun key={id} id={id} />;
}

function OneRun({ id }: { readonly id: string }) {
  const run = useRead("/runs/{id}", { path: { id } });
  const { data } = run;
  const lines = useLines(id, data !== undefined && !hasEnded(data));
  return (
    <Page
      title={data === undefined ? `Run ${id}` : shortOf(data.about)}
      why={data === undefined ? undefined : whyOf(data)}
      cli={run.cli ?? `millwright run show ${id}`}
      back={{ to: "/runs", title: "Runs" }}
      actions={data === undefined || hasEnded(data) ? undefined : <StopTheLine run={data} />}
    >
      <Loaded read={run} skeleton={<Waiting />}>
        {(found) => <Whole run={found} read={run} lines={lines} />}
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

function Whole({
  run,
  read,
  lines,
}: {
  readonly run: Run;
  readonly read: Read<Run>;
  readonly lines: readonly LogLine[];
}) {
  return (
    <>
      <Asked run={run} etag={read.etag} />
      <Left run={run} />
      <Standing run={run} />
      <div className="mw-run-halves">
        <Steps run={run} />
        <RunLog run={run} live={lines} />
      </div>
      {run.plan.some(({ effect }) => effect !== "none") ? <Comparison run={run} /> : undefined}
      <Approvals run={run} />
      <JournalEntries link={`run=${run.id}`} />
      <Given run={run} />
    </>
  );
}

/** The lines of a run as they are told, from its first; whatever is told has the run itself read anew. */
function useLines(id: string, live: boolean): readonly LogLine[] {
  const queries = useQueryClient();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLive(
    "/runs/{id}/events",
    { path: { id } },
    ["state", "step", "log", "decision"],
    (event) => {
      setLines((before) => withEvent(before, event));
      // All that was told so far comes in one flock when the page is opened.
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith("/runs/{id}") });
      }, 120);
    },
    live,
  );
  return lines;
}
