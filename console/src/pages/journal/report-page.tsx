import { Button, SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { Empty } from "../../parts/empty.tsx";
import { Section } from "../../parts/facts.tsx";
import { DayFilter, Filters } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useSearch } from "../../state/use-search.ts";
import { JournalTabs } from "./journal-tabs.tsx";
import { neighbour, periods } from "./report-period.ts";
import "./report.css";

type Report = Reply<"/journal/report">;

/** What a week, a month or a quarter brought: what people put before others. */
export function ReportPage() {
  const [search, setSearch] = useSearch();
  const period = periods.find((one) => one === search["period"]) ?? "week";
  const on = /^\d{4}-\d\d-\d\d$/.test(search["on"] ?? "") ? search["on"] : undefined;
  const report = useRead("/journal/report", { query: { period, on } });
  const go = (step: -1 | 1): void => {
    if (report.data !== undefined) setSearch({ on: neighbour(report.data, step) });
  };
  return (
    <Page
      title="Journal"
      why="What a week, a month or a quarter brought: work, issues, what is left to do. Weeks begin on Monday; days are in UTC."
      cli={report.cli}
    >
      <JournalTabs current="report" />
      <Filters>
        <SegmentedControl
          aria-label="Period"
          data={[...periods]}
          value={period}
          onChange={(value) => setSearch({ period: value === "week" ? undefined : value })}
        />
        <Button variant="default" aria-label={`The ${period} before`} onClick={() => go(-1)}>
          <Icon name="left" />
        </Button>
        <Button variant="default" aria-label={`The ${period} after`} onClick={() => go(1)}>
          <Icon name="right" />
        </Button>
        <DayFilter name="on" label="A day in it" />
      </Filters>
      <Loaded read={report} skeleton={<SkeletonCard height={420} />}>
        {(found) => <Report of={found} />}
      </Loaded>
    </Page>
  );
}

function Report({ of: report }: { readonly of: Report }) {
  const from = report.from.slice(0, 10);
  const last = new Date(Date.parse(report.until) - 1).toISOString().slice(0, 10);
  if (report.entries === 0) return <Empty title={`Nothing was written down from ${from} to ${last}`} />;
  return (
    <>
      <Section
        title={`${from} to ${last}: ${report.entries} entries, ${durationText(report.workedSeconds)} of measured work`}
      >
        <div className="mw-report-counts">
          <Counts title="Kind" of={report.byKind} />
          <Counts title="Environment" of={report.byEnvironment} />
          <Counts title="Who" of={report.byMaintainer} />
        </div>
      </Section>
      <Lines title="Issues" none="Nobody wrote down an issue." of={report.issues} />
      <Lines title="Left to do" none="Nothing was left to do." of={report.nextActions} />
      <Entries title="Work" none="No run, change, order or incident." of={report.work} />
      <Entries
        title="Changes that name no change request"
        none="Every change of the platform names its merge request or issue."
        of={report.withoutChangeRequest}
      />
    </>
  );
}

/** A few bars, each with its number. */
function Counts({ title, of: counts }: { readonly title: string; readonly of: Readonly<Record<string, number>> }) {
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <table>
      <caption>{title}</caption>
      <tbody>
        {rows.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{name === "" ? "whole platform" : name}</th>
            <td className="mw-report-bar" aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </td>
            <td>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lines({
  title,
  none,
  of: lines,
}: {
  readonly title: string;
  readonly none: string;
  readonly of: Report["issues"];
}) {
  return (
    <Section title={title}>
      {lines.length === 0 ? <span className="mw-dim">{none}</span> : undefined}
      <ul className="mw-report-list">
        {lines.map(({ sequence, text }) => (
          <li key={`${sequence}${text}`}>
            <Link to={`/journal/${sequence}`}>{sequence}</Link> {text}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Entries({
  title,
  none,
  of: entries,
}: {
  readonly title: string;
  readonly none: string;
  readonly of: Report["work"];
}) {
  return (
    <Section title={`${title}${entries.length === 0 ? "" : ` (${entries.length})`}`}>
      {entries.length === 0 ? <span className="mw-dim">{none}</span> : undefined}
      <ul className="mw-report-list">
        {entries.slice(0, 200).map(({ sequence, at, task, maintainer, environment, durationSeconds }) => (
          <li key={sequence}>
            <Link to={`/journal/${sequence}`}>{sequence}</Link> {at.slice(0, 10)} {task}
            <span className="mw-dim">
              {` · ${maintainer}`}
              {environment === undefined ? "" : ` · ${environment}`}
              {durationSeconds === undefined ? "" : ` · ${durationText(durationSeconds)}`}
            </span>
          </li>
        ))}
      </ul>
      {entries.length > 200 ? (
        <p className="mw-dim">{entries.length - 200} more; the command line shows all.</p>
      ) : undefined}
    </Section>
  );
}
