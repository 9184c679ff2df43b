import { SegmentedControl } from "@mantine/core";
import type { Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters, TextFilter } from "../../parts/filters.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useSearch } from "../../state/use-search.ts";
import { FindingCounts } from "./finding-counts.tsx";
import { filterOf, severities, sorts, states } from "./finding-filter.ts";

type Finding = Row<"/findings">;

const columns: readonly Column<Finding>[] = [
  { id: "severity", title: "Severity", width: "92px", cell: ({ severity }) => <Severity of={severity} /> },
  {
    id: "what",
    title: "What, and why",
    width: "minmax(0, 3fr)",
    cell: ({ title, message }) => (
      <div className="mw-two">
        <strong className="mw-cut">{title}</strong>
        <span className="mw-cut">
          <Said text={message} />
        </span>
      </div>
    ),
  },
  {
    id: "subject",
    title: "Where",
    width: "minmax(0, 1.3fr)",
    wideOnly: true,
    cell: ({ subject, places }) => (
      <div className="mw-two">
        <span className="mw-cut">{subject}</span>
        <span className="mw-cut mw-mono">{places[0] === undefined ? "" : `${places[0].file}:${places[0].line}`}</span>
      </div>
    ),
  },
  {
    id: "environment",
    title: "Environment",
    width: "110px",
    wideOnly: true,
    cell: ({ environment }) => environment ?? <span className="mw-dim">whole platform</span>,
  },
  { id: "state", title: "State", width: "108px", wideOnly: true, cell: ({ state }) => <State of={state} /> },
  { id: "since", title: "Since", width: "84px", wideOnly: true, cell: ({ stateSince }) => <Time at={stateSince} /> },
];

/** The model of a page with a list: filters in the address, a table, a page for one of it. */
export function FindingList() {
  const [search, setSearch] = useSearch();
  const list = useList("/findings", { query: { ...filterOf(search), total: "true" } });
  return (
    <Page
      title="Findings"
      why="What is wrong, worst first and production before the rest. A finding closes by itself when its rule no longer holds on known facts."
      cli={list.cli}
    >
      <FindingCounts />
      <Filters>
        <SegmentedControl
          aria-label="State"
          data={[...states]}
          value={search["state"] ?? "open"}
          onChange={(state) => setSearch({ state: state === "open" ? undefined : state })}
        />
        <ChoiceFilter name="severity" label="Severity" choices={severities} />
        <TextFilter name="text" label="Find a text" />
        <TextFilter name="rule" label="Rule" width={150} />
        <ChoiceFilter name="order" label="Order" choices={sorts} unset="worst" />
      </Filters>
      <DataTable
        label="Findings"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/findings/${id}`}
        empty={<NothingFound />}
      />
    </Page>
  );
}

function NothingFound() {
  const [search] = useSearch();
  const narrowed = ["severity", "rule", "group", "environment", "text"].some((name) => search[name] !== undefined);
  if (narrowed || (search["state"] ?? "open") !== "open")
    return <Empty title="No finding fits this filter">Take a filter out to see more.</Empty>;
  return (
    <Empty title="Nothing is wrong, as far as was looked">
      What was looked at, and when, stands under Settings: a repository that could not be read shows no findings either.
    </Empty>
  );
}
