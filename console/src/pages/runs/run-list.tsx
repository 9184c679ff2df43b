import { Button, SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters, TextFilter } from "../../parts/filters.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useSearch } from "../../state/use-search.ts";
import { filterOf } from "./run-filter.ts";
import { RunState } from "./run-state.tsx";
import { hasEnded, type RunRow, runStates, secondsOf, shortOf, whyOf } from "./run-words.ts";

const columns: readonly Column<RunRow>[] = [
  { id: "state", title: "State", width: "158px", cell: (run) => <RunState of={run} /> },
  {
    id: "what",
    title: "What it does, and why it stands there",
    width: "minmax(0, 3fr)",
    cell: (run) => (
      <div className="mw-two">
        <strong className="mw-cut">{shortOf(run.about)}</strong>
        <span className="mw-cut">
          <Said text={whyOf(run)} />
        </span>
      </div>
    ),
  },
  {
    id: "procedure",
    title: "Procedure",
    width: "minmax(0, 1.1fr)",
    wideOnly: true,
    cell: ({ title, procedure }) => (
      <div className="mw-two">
        <span className="mw-cut">{title}</span>
        <span className="mw-cut mw-mono">{procedure}</span>
      </div>
    ),
  },
  { id: "environment", title: "Environment", width: "110px", wideOnly: true, cell: ({ environment }) => environment },
  {
    id: "asked",
    title: "Asked for",
    width: "130px",
    wideOnly: true,
    cell: ({ requestedBy, createdAt }) => (
      <div className="mw-two">
        <span className="mw-cut">{requestedBy.name}</span>
        <Time at={createdAt} />
      </div>
    ),
  },
  { id: "took", title: "Took", width: "76px", wideOnly: true, cell: (run) => <Took run={run} /> },
];

function Took({ run }: { readonly run: RunRow }) {
  const text = durationText(secondsOf(run, useNow()));
  return hasEnded(run) ? text : <span className="mw-dim">{text}…</span>;
}

/** Runs, newest first. */
export function RunList() {
  const [search, setSearch] = useSearch();
  const list = useList("/runs", { query: { ...filterOf(search), total: "true" } });
  return (
    <Page
      title="Runs"
      why="What procedures did, do, and wait for. A run survives its worker: it goes on where it was."
      cli={list.cli}
      actions={
        <Button component={Link} to="/runs/new" variant="default">
          Start a run…
        </Button>
      }
    >
      <Filters>
        <SegmentedControl
          aria-label="Which runs"
          data={[
            { value: "all", label: "All" },
            { value: "live", label: "Not ended" },
          ]}
          value={search["view"] === "live" ? "live" : "all"}
          onChange={(view) => setSearch({ view: view === "all" ? undefined : view })}
        />
        <ChoiceFilter name="state" label="State" choices={runStates} />
        <TextFilter name="procedure" label="Procedure" width={150} />
        <TextFilter name="text" label="Find a text" />
      </Filters>
      <DataTable
        label="Runs"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/runs/${id}`}
        empty={<NoRuns />}
      />
    </Page>
  );
}

function NoRuns() {
  const [search] = useSearch();
  const narrowed = ["view", "state", "procedure", "text", "environment"].some((name) => search[name] !== undefined);
  if (narrowed) return <Empty title="No run fits this filter">Take a filter out to see more.</Empty>;
  return (
    <Empty
      title="Nothing was run yet"
      actions={
        <Button component={Link} to="/runs/new">
          Start a run…
        </Button>
      }
    >
      A run is started from a procedure here, from planned work when its window opens, or by the command line. A
      checklist touches nothing and is a good first one.
    </Empty>
  );
}
