import { useQueryClient } from "@tanstack/react-query";
import { memo, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLive } from "../../api/use-live.ts";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { Section } from "../../parts/facts.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { exactText } from "../../parts/time-text.ts";
import { useZone } from "../../state/zone.ts";
import { type LogLine, linesOfAttempts, withEvent } from "./live-lines.ts";
import type { Run } from "./run-page.tsx";
import { hasEnded } from "./run-words.ts";
import { StepFar } from "./step-far.tsx";

/** What the run says as it goes; of one that is over, what it said. Follows its end unless somebody scrolled up. */
export function RunLog({ run }: { readonly run: Run }) {
  const live = useLines(run);
  const over = hasEnded(run) && live.length === 0;
  const log = useRead("/runs/{id}/log", { path: { id: run.id } }, { enabled: over, everySeconds: 0 });
  const kept = useMemo(() => linesOfAttempts(log.data?.items ?? []), [log.data]);
  // All that was told so far comes in one flock when the page is opened: it is drawn once rather than for each line.
  const told = useDeferredValue(live);
  return (
    <Section title={hasEnded(run) ? "Log" : "Log, live"}>
      {log.error !== undefined && over ? <Problem error={log.error} retry={log.reload} /> : undefined}
      {hasEnded(run) ? undefined : <StepFar lines={told} />}
      {over && log.loading ? <SkeletonLines lines={6} /> : <Lines of={over ? kept : told} />}
      <CliLine
        command={hasEnded(run) ? command`millwright run log ${run.id}` : command`millwright run watch ${run.id}`}
      />
    </Section>
  );
}

/**
 * The lines of a run as they are told, from its first to its last; whatever is told has the run itself read anew. None of a run that
 * was over when the page was opened.
 */
function useLines(run: Run): readonly LogLine[] {
  const [wasUnderWay] = useState(() => !hasEnded(run));
  const queries = useQueryClient();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLive(
    "/runs/{id}/events",
    { path: { id: run.id } },
    ["state", "step", "log", "decision"],
    (event) => {
      setLines((before) => withEvent(before, event));
      // A run that says something all the time is read anew all the same.
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith("/runs/{id}") });
      }, 120);
    },
    wasUnderWay,
    hasEnded(run),
  );
  return lines;
}

/** Drawn only for other lines: a run is read anew far more often than it says something. */
const Lines = memo(function Lines({ of: lines }: { readonly of: readonly LogLine[] }) {
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (place.current !== null && atEnd.current) place.current.scrollTop = place.current.scrollHeight;
  }, [lines]);
  return (
    <div
      className="mw-run-log"
      role="log"
      aria-label="Log of the run"
      tabIndex={0}
      ref={place}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {lines.length === 0 ? <p className="mw-dim">Nothing was said yet.</p> : undefined}
      {lines.map((line) => (
        <Line key={line.key} of={line} />
      ))}
    </div>
  );
});

const Line = memo(function Line({ of: { at, who, text, loud } }: { readonly of: LogLine }) {
  const zone = useZone();
  return (
    <div data-loud={loud ? "" : undefined}>
      <time dateTime={at}>{exactText(at, zone, true).slice(11)}</time>
      <span>
        {who === "" ? "" : <strong>{who} </strong>}
        {text}
      </span>
    </div>
  );
});
