import { Link } from "@tanstack/react-router";
import type { Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, DayFilter, Filters, TextFilter } from "../../parts/filters.tsx";
import { Page } from "../../parts/page.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useSearch } from "../../state/use-search.ts";
import { filterOf, kinds } from "./entry-filter.ts";
import { JournalTabs } from "./journal-tabs.tsx";
import { WriteNote } from "./write-note.tsx";

type Entry = Row<"/journal/entries">;

const columns: readonly Column<Entry>[] = [
  { id: "at", title: "When", width: "132px", wideOnly: true, cell: ({ at }) => <Time at={at} show="exact" /> },
  {
    id: "task",
    title: "What was done, and by whom",
    width: "minmax(0, 3fr)",
    cell: ({ task, actor, issues }) => (
      <div className="mw-two">
        <strong className="mw-cut">{task}</strong>
        <span className="mw-cut">
          {actor.name}
          {issues.length === 0 ? "" : ` · ${issues.length === 1 ? issues[0] : `${issues.length} issues`}`}
        </span>
      </div>
    ),
  },
  { id: "kind", title: "Kind", width: "112px", cell: ({ kind }) => <Tag tone="grey">{kind}</Tag> },
  {
    id: "environment",
    title: "Environment",
    width: "116px",
    wideOnly: true,
    cell: ({ environment }) => environment ?? <span className="mw-dim">whole platform</span>,
  },
  {
    id: "took",
    title: "Took",
    width: "84px",
    wideOnly: true,
    cell: ({ durationSeconds }) => (durationSeconds === undefined ? "" : durationText(durationSeconds)),
  },
  {
    id: "sequence",
    title: "No.",
    width: "58px",
    wideOnly: true,
    cell: ({ sequence }) => <span className="mw-mono">{sequence}</span>,
  },
];

/** Entries, newest first. */
export function EntryList() {
  const [search] = useSearch();
  const list = useList("/journal/entries", { query: { ...filterOf(search), total: "true" } });
  return (
    <Page
      title="Journal"
      why="What was done, by whom, and what is left to do. Runs, approvals and logins write themselves; entries are chained, so that none can be changed or taken out unnoticed."
      cli={list.cli}
      actions={<WriteNote />}
    >
      <JournalTabs current="entries" />
      <Filters>
        <ChoiceFilter name="kind" label="Kind" choices={kinds} />
        <DayFilter name="from" label="From" />
        <DayFilter name="until" label="Until" />
        <TextFilter name="text" label="Find a text" />
        <TextFilter name="link" label="Belongs to: incident=12" />
      </Filters>
      {list.leftOut === undefined || list.leftOut === 0 ? undefined : (
        <p className="mw-dim" style={{ margin: 0 }}>
          {list.leftOut} of kind access (a secret was used, somebody logged in) are left out.{" "}
          <Link to="." search={((before: object) => ({ ...before, kind: "access" })) as never}>
            Show them
          </Link>
        </p>
      )}
      <DataTable
        label="Entries of the journal"
        list={list}
        columns={columns}
        keyOf={({ sequence }) => String(sequence)}
        linkOf={({ sequence }) => `/journal/${sequence}`}
        empty={
          <Empty title="No entry fits this filter">Take a filter out, or show what is left out, to see more.</Empty>
        }
      />
    </Page>
  );
}
