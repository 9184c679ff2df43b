import { useLayoutEffect, useMemo, useRef } from "react";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { Section } from "../../parts/facts.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { exactText } from "../../parts/time-text.ts";
import { useZone } from "../../state/zone.ts";
import { type LogLine, linesOfAttempts } from "./live-lines.ts";
import type { Run } from "./run-page.tsx";
import { hasEnded } from "./run-words.ts";

/** What the run says as it goes; of one that is over, what it said. Follows its end unless somebody scrolled up. */
export function RunLog({ run, live }: { readonly run: Run; readonly live: readonly LogLine[] }) {
  const over = hasEnded(run) && live.length === 0;
  const log = useRead("/runs/{id}/log", { path: { id: run.id } }, { enabled: over, everySeconds: 0 });
  const kept = useMemo(() => linesOfAttempts(log.data?.items ?? []), [log.data]);
  const lines = over ? kept : live;
  return (
    <Section title={hasEnded(run) ? "Log" : "Log, live"}>
      {log.error !== undefined && over ? <Problem error={log.error} retry={log.reload} /> : undefined}
      {over && log.loading ? <SkeletonLines lines={6} /> : <Lines of={lines} />}
      <CliLine command={hasEnded(run) ? `millwright run log ${run.id}` : `millwright run watch ${run.id}`} />
    </Section>
  );
}

function Lines({ of: lines }: { readonly of: readonly LogLine[] }) {
  const zone = useZone();
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
      {lines.map(({ key, at, who, text, loud }) => (
        <div key={key} data-loud={loud ? "" : undefined}>
          <time dateTime={at}>{exactText(at, zone, true).slice(11)}</time>
          <span>
            {who === "" ? "" : <strong>{who} </strong>}
            {text}
          </span>
        </div>
      ))}
    </div>
  );
}
