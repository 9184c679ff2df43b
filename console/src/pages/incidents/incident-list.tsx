import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters, TextFilter } from "../../parts/filters.tsx";
import { Page } from "../../parts/page.tsx";
import { Severity } from "../../parts/severity.tsx";
import { State } from "../../parts/state.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { useSearch } from "../../state/use-search.ts";
import { HeldAlerts } from "./held-alerts.tsx";
import { filterOf, type IncidentRow, incidentStates, lastedText, whyOf } from "./incident-words.ts";
import { OpenIncident } from "./open-incident.tsx";

const columns: readonly Column<IncidentRow>[] = [
  { id: "severity", title: "Severity", width: "92px", cell: ({ severity }) => <Severity of={severity} /> },
  {
    id: "what",
    title: "What happened, and who has it in hand",
    width: "minmax(0, 3fr)",
    cell: (incident) => (
      <div className="mw-two">
        <strong className="mw-cut">{incident.title}</strong>
        <span className="mw-cut">
          #{incident.id} · {whyOf(incident)}
        </span>
      </div>
    ),
  },
  { id: "state", title: "State", width: "128px", wideOnly: true, cell: ({ state }) => <State of={state} /> },
  { id: "kind", title: "Kind", width: "104px", wideOnly: true, cell: ({ kind }) => kind },
  {
    id: "environment",
    title: "Environment",
    width: "116px",
    wideOnly: true,
    cell: ({ environment }) => environment ?? <span className="mw-dim">whole platform</span>,
  },
  { id: "began", title: "Began", width: "84px", wideOnly: true, cell: ({ beganAt }) => <Time at={beganAt} /> },
  { id: "lasted", title: "Lasted", width: "96px", wideOnly: true, cell: (incident) => <Lasted of={incident} /> },
];

function Lasted({ of }: { readonly of: IncidentRow }) {
  const text = lastedText(of, useNow());
  return of.resolvedAt === undefined ? <span className="mw-dim">{text}…</span> : text;
}

/** Incidents, newest first; those that are not closed where nothing else is asked for. */
export function IncidentList() {
  const [search] = useSearch();
  const list = useList("/incidents", { query: { ...filterOf(search), total: "true" } });
  return (
    <Page
      title="Incidents"
      why="What went wrong, who has it in hand, and what is still owed after it. Findings, probes and alerts open them too."
      cli={list.cli}
      actions={<OpenIncident />}
    >
      <HeldAlerts />
      <Filters>
        <ChoiceFilter name="state" label="State" choices={[...incidentStates, "all"]} unset="unclosed" />
        <TextFilter name="text" label="Find a text" />
      </Filters>
      <DataTable
        label="Incidents"
        list={list}
        columns={columns}
        keyOf={({ id }) => String(id)}
        linkOf={({ id }) => `/incidents/${id}`}
        empty={<NoIncidents />}
      />
    </Page>
  );
}

function NoIncidents() {
  const [search] = useSearch();
  const narrowed = ["state", "text", "environment"].some((name) => search[name] !== undefined);
  if (narrowed) return <Empty title="No incident fits this filter">Take a filter out to see more.</Empty>;
  return (
    <Empty title="No incident is open">
      Those that are closed are found with the state “closed”. One is opened by a finding or a probe that asks for it,
      by Alertmanager, or by hand, here.
    </Empty>
  );
}
