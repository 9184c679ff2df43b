import { useRead } from "../../api/use-read.ts";
import { wholeList } from "../../api/whole-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters, TextFilter } from "../../parts/filters.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { Tag } from "../../parts/tag.tsx";
import { useSearch } from "../../state/use-search.ts";
import { kinds, type Symptom, symptomsFor } from "./symptoms.ts";

const columns: readonly Column<Symptom>[] = [
  {
    id: "now",
    title: "Now",
    width: "84px",
    cell: ({ now }) =>
      now === undefined ? (
        <span className="mw-dim">no</span>
      ) : (
        <Tag tone="orange" icon="incidents">
          {now.count}
        </Tag>
      ),
  },
  {
    id: "says",
    title: "Symptom, and what to do",
    width: "minmax(0, 3fr)",
    cell: ({ says, toDo }) => (
      <div className="mw-two">
        <strong className="mw-cut">{says}</strong>
        <span className="mw-cut">
          <Said text={toDo} />
        </span>
      </div>
    ),
  },
  {
    id: "where",
    title: "Where it shows",
    width: "minmax(0, 1.4fr)",
    wideOnly: true,
    cell: ({ now }) => <span className="mw-cut">{now === undefined ? undefined : <Said text={now.where} />}</span>,
  },
  {
    id: "about",
    title: "About",
    width: "150px",
    wideOnly: true,
    cell: ({ about }) => <span className="mw-cut">{about}</span>,
  },
  {
    id: "severity",
    title: "Severity",
    width: "92px",
    wideOnly: true,
    cell: ({ severity }) =>
      severity === undefined ? <span className="mw-dim">as found</span> : <Severity of={severity} />,
  },
];

/** Every symptom that is known, what shows now first. */
export function Troubleshooting() {
  const [search] = useSearch();
  const found = useRead("/documents/troubleshooting", {}, { everySeconds: 60 });
  const { kind, text, now } = search;
  return (
    <>
      <Filters>
        <TextFilter name="text" label="What is seen" width={260} />
        <ChoiceFilter name="kind" label="Shown by" choices={kinds} />
        <ChoiceFilter name="now" label="Shows now" choices={["yes"]} />
      </Filters>
      <DataTable
        label="Symptoms"
        list={wholeList(found, symptomsFor(found.data?.symptoms ?? [], { kind, text, now }))}
        columns={columns}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/documents/symptoms/${id}`}
        empty={<Empty title="No symptom fits">Take a filter out to see more; one word is often enough.</Empty>}
      />
    </>
  );
}
