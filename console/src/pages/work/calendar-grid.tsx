import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty } from "../../parts/empty.tsx";
import {
  type CalendarEntry,
  type Day,
  type DayOfEntries,
  dayText,
  dutyOf,
  entriesByDay,
  type Span,
  timesOn,
} from "./calendar-days.ts";
import "./calendar.css";

interface GridProps {
  readonly span: Span;
  readonly on: Day;
  readonly today: Day;
  readonly zone: string;
  readonly days: readonly Day[];
  readonly entries: readonly CalendarEntry[];
}

/** So many stand in a day of a month; the rest is in its week. */
const most = 5;

/** Days beside each other; on a narrow screen below each other, those with something on them. */
export function CalendarGrid({ span, on, today, zone, days, entries }: GridProps) {
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const filled = entriesByDay(entries, days, span, on, zone);
  if (narrow && filled.every((day) => day.entries.length === 0))
    return <Empty title="Nothing is on the calendar in this time">Go on with the arrows, or take a filter out.</Empty>;
  const shown = narrow ? filled.filter((day) => day.entries.length > 0 && !day.outside) : filled;
  return (
    <ol className="mw-card mw-calendar" data-span={span} aria-label="Calendar">
      {shown.map((day) => (
        <OneDay key={day.day} of={day} {...{ today, zone, span }} brief={span === "month" && !narrow} />
      ))}
    </ol>
  );
}

function OneDay(props: {
  readonly of: DayOfEntries;
  readonly today: Day;
  readonly zone: string;
  readonly span: Span;
  readonly brief: boolean;
}) {
  const {
    of: { day, entries, outside },
    today,
    zone,
    brief,
  } = props;
  const shown = brief && entries.length > most + 1 ? entries.slice(0, most) : entries;
  const more = entries.length - shown.length;
  return (
    <li data-outside={outside ? "" : undefined} aria-current={day === today ? "date" : undefined}>
      <h2>{day === today ? `${dayText(day)}, today` : dayText(day)}</h2>
      <ul>
        {shown.map((entry) => (
          <li key={entry.id}>
            <OneEntry entry={entry} times={timesOn(entry, day, zone)} brief={brief} />
          </li>
        ))}
      </ul>
      {more === 0 ? undefined : (
        <Link
          to="/work"
          search={((before: object) => ({ ...before, tab: "calendar", span: undefined, on: day })) as never}
        >
          {more} more
        </Link>
      )}
    </li>
  );
}

function OneEntry({
  entry,
  times,
  brief,
}: {
  readonly entry: CalendarEntry;
  readonly times: string;
  readonly brief: boolean;
}) {
  const { kind, title, environment, says } = entry;
  // Windows and freezes say in their titles what they are.
  const named = kind === "work" || (kind === "duty" && !brief);
  const head = (
    <>
      {named ? <span className="mw-calendar-kind">{kind} </span> : undefined}
      {brief ? times.replace(/–.*/, "") : times} {title}
    </>
  );
  return (
    <div className="mw-calendar-entry" data-kind={kind} data-brief={brief ? "" : undefined} title={`${title}: ${says}`}>
      <Target of={entry}>{head}</Target>
      {brief || environment === undefined || title.includes(environment) ? undefined : (
        <span className="mw-dim"> {environment}</span>
      )}
    </div>
  );
}

/** Work has a page, a duty its line below the calendar; windows and freezes are no more than what stands there. */
function Target({ of: entry, children }: { readonly of: CalendarEntry; readonly children: ReactNode }) {
  if (entry.kind === "work") return <Link to={`/work/${entry.id.replace(/^work-/, "")}`}>{children}</Link>;
  if (entry.kind === "duty") return <a href={`#duty-${dutyOf(entry)}`}>{children}</a>;
  return children;
}
