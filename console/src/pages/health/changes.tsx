import type { Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Health } from "../../parts/health.tsx";
import { Said } from "../../parts/said.tsx";
import { Time } from "../../parts/time.tsx";

type Change = Row<"/observation-changes">;

const columns: readonly Column<Change>[] = [
  { id: "at", title: "When", width: "84px", cell: ({ at }) => <Time at={at} /> },
  {
    id: "after",
    title: "Became",
    width: "104px",
    cell: ({ after }) => <Health of={after} />,
  },
  {
    id: "what",
    title: "What, and why",
    width: "minmax(0, 3fr)",
    cell: ({ subject, evidence }) => (
      <div className="mw-two">
        <strong className="mw-cut">{subject}</strong>
        <span className="mw-cut">
          <Said text={evidence} />
        </span>
      </div>
    ),
  },
  {
    id: "before",
    title: "It was",
    width: "104px",
    wideOnly: true,
    cell: ({ before }) => (before === undefined ? <span className="mw-dim">not seen before</span> : before),
  },
  {
    id: "probe",
    title: "Probe",
    width: "minmax(0, 1fr)",
    wideOnly: true,
    cell: ({ probe }) => <span className="mw-mono">{probe}</span>,
  },
];

/** When something entered another state, the newest first. */
export function Changes({ environment, component }: { readonly environment: string; readonly component: string }) {
  const list = useList("/observation-changes", { query: { environment, component } });
  return (
    <DataTable
      label="History"
      list={list}
      columns={columns}
      keyOf={({ number }) => String(number)}
      empty={
        <Empty title="No change is known" tells={false}>
          Where a probe asks it, every answer was as the first one; where none does, nothing is known.
        </Empty>
      }
    />
  );
}
