import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters, TextFilter } from "../../parts/filters.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { State } from "../../parts/state.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useSearch } from "../../state/use-search.ts";
import { AskForWork } from "./ask-for-work.tsx";
import { filterOf, type Order, orderStates, whyOf } from "./order-words.ts";
import { WorkTabs } from "./work-tabs.tsx";

const columns: readonly Column<Order>[] = [
  { id: "state", title: "State", width: "104px", cell: ({ state }) => <State of={state} /> },
  {
    id: "what",
    title: "What, and why not now",
    width: "minmax(0, 3fr)",
    cell: (order) => (
      <div className="mw-two">
        <strong className="mw-cut">{order.title}</strong>
        <span className="mw-cut">
          <Said text={whyOf(order)} />
        </span>
      </div>
    ),
  },
  {
    id: "severity",
    title: "Severity",
    width: "92px",
    wideOnly: true,
    cell: ({ severity }) => (severity === undefined ? "" : <Severity of={severity} />),
  },
  {
    id: "environment",
    title: "Environment",
    width: "116px",
    wideOnly: true,
    cell: ({ environment }) => environment ?? <span className="mw-dim">whole platform</span>,
  },
  {
    id: "deadline",
    title: "Runs out",
    width: "92px",
    wideOnly: true,
    cell: ({ deadline, endedAt }) =>
      deadline === undefined || endedAt !== undefined ? "" : <Deadline at={deadline} />,
  },
  {
    id: "takes",
    title: "Takes",
    width: "92px",
    wideOnly: true,
    cell: ({ estimate }) => durationText((estimate.forwardMinutes + estimate.rollbackMinutes) * 60),
  },
];

function Deadline({ at }: { readonly at: string }) {
  const late = Date.parse(at) < useNow();
  return late ? (
    <strong>
      <Time at={at} />
    </strong>
  ) : (
    <Time at={at} />
  );
}

/** Work orders, the worst first. */
export function OrderList() {
  const [search] = useSearch();
  const list = useList("/work-orders", { query: { ...filterOf(search), total: "true" } });
  return (
    <Page
      title="Work"
      why="What is to be done, from findings, duties and people. Planned work starts in the first opening that has room for it and its way back."
      cli={list.cli}
      actions={<AskForWork />}
    >
      <WorkTabs current="orders" />
      <Filters>
        <ChoiceFilter name="state" label="State" choices={orderStates} unset="open" />
        <TextFilter name="component" label="Component" width={150} />
        <TextFilter name="text" label="Find a text" />
      </Filters>
      <DataTable
        label="Work orders"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/work/${id}`}
        empty={<NoWork />}
      />
    </Page>
  );
}

function NoWork() {
  const [search] = useSearch();
  const narrowed = ["state", "component", "text", "environment"].some((name) => search[name] !== undefined);
  if (narrowed) return <Empty title="No work fits this filter">Take a filter out to see more.</Empty>;
  return (
    <Empty title="Nothing is to be done">
      Work comes from findings that have a clock, from duties that are due, and from whoever asks for it here.
    </Empty>
  );
}
