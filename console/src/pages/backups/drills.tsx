import { Link } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useEnvironment } from "../../state/use-search.ts";
import { OutcomeTag } from "./standing-tag.tsx";

type Drilled = Reply<"/backups/drills">;
type Drill = Drilled["items"][number];
type Turn = Drilled["schedule"][number];

/** What drills found, their reports, and when the next ones begin by themselves. */
export function Drills() {
  const environment = useEnvironment();
  const drills = useRead("/backups/drills", { query: { environment } });
  return (
    <Section title="Drills">
      <div className="mw-bk-stack">
        <Loaded read={drills} skeleton={<SkeletonLines lines={4} />}>
          {({ items, schedule }) => (
            <>
              <Coming schedule={schedule} />
              <Done items={items} />
            </>
          )}
        </Loaded>
        <CliLine command={drills.cli ?? "millwright backup drills"} />
      </div>
    </Section>
  );
}

function Coming({ schedule }: { readonly schedule: readonly Turn[] }) {
  if (schedule.length === 0)
    return <p className="mw-bk-plain">None begins by itself: drills are done by hand alone.</p>;
  return (
    <ul className="mw-bk-list">
      {schedule.map((one) => (
        <li key={`${one.environment} ${one.scope} ${one.from} ${one.next}`}>
          {one.scope === "one" ? "One store" : "Everything"} of {one.environment}
          {one.from === "second" ? ", from the second repository alone" : ""}: begins <Time at={one.next} show="both" />
          {one.passedAt === null ? (
            <span className="mw-dim">, none has passed yet</span>
          ) : (
            <span className="mw-dim">
              , passed last <Time at={one.passedAt} show="both" />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Done({ items }: { readonly items: readonly Drill[] }) {
  if (items.length === 0) return <p className="mw-bk-plain">None was done yet.</p>;
  return (
    <SmallTable
      label="Drills"
      stacks
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { title: "Verdict", cell: ({ verdict }) => <OutcomeTag of={verdict} /> },
        { title: "What", cell: (one) => <What of={one} /> },
        { title: "What it came to", cell: ({ report }) => <Times of={report} /> },
        { title: "Ended", cell: ({ at }) => <Time at={at} show="both" /> },
        { title: "Report", cell: (one) => <Report of={one} /> },
      ]}
    />
  );
}

function What({ of: { environment, why, report, run } }: { readonly of: Drill }) {
  const scope = report?.scope === "everything" ? "everything" : "a part";
  const words =
    report === null ? "not read yet" : `${scope}${report.from === "second" ? ", from the second alone" : ""}`;
  return (
    <div className="mw-two">
      {run === null ? <strong>{words}</strong> : <Link to={`/runs/${run}`}>{words}</Link>}
      <span>{why.length === 0 ? environment : `${environment}: ${why.slice(0, 2).join("; ")}`}</span>
    </div>
  );
}

function Times({ of: report }: { readonly of: Drill["report"] }) {
  if (report === null) return undefined;
  return (
    <>
      {report.components.map(({ component, restoreSeconds, ageSeconds, met }) => (
        <div key={component}>
          {component}: back in {durationText(restoreSeconds)}, {durationText(ageSeconds)} lost
          {met ? undefined : <span className="mw-dim"> (not as agreed)</span>}
        </div>
      ))}
    </>
  );
}

function Report({ of: { id, report } }: { readonly of: Drill }) {
  if (report === null) return <span className="mw-dim">it is being fetched</span>;
  const base = `/api/v1/backups/drills/${id}/report`;
  return (
    <div className="mw-bk-links">
      <a href={`${base}.html`} target="_blank" rel="noreferrer" aria-label={`Report of ${id}`}>
        Report
      </a>
      <a href={base} download={`${id}.json`} aria-label={`${report.signed ? "Signed JSON" : "JSON"} of ${id}`}>
        {report.signed ? "signed JSON" : "JSON, not signed"}
      </a>
    </div>
  );
}
