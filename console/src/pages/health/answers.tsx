import type { Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters } from "../../parts/filters.tsx";
import { Health } from "../../parts/health.tsx";
import { Said } from "../../parts/said.tsx";
import { Time } from "../../parts/time.tsx";
import { useSearch } from "../../state/use-search.ts";

type Answer = Row<"/observations">;
const states = ["healthy", "unhealthy", "absent", "unknown"] as const;

const tells: Readonly<Record<Answer["tells"], string>> = {
  own: "of itself",
  whole: "of itself or what it needs",
  upkeep: "of what is to be done",
};

const columns: readonly Column<Answer>[] = [
  { id: "state", title: "It says", width: "104px", cell: ({ state }) => <Health of={state} /> },
  {
    id: "subject",
    title: "What was asked, and what came back",
    width: "minmax(0, 3fr)",
    cell: ({ subject, evidence, howToLearn }) => {
      const text = howToLearn === undefined ? evidence : `${evidence}. ${howToLearn}`;
      return (
        <div className="mw-two">
          <strong className="mw-cut">{subject}</strong>
          <span className="mw-cut">
            <Said text={text} />
          </span>
        </div>
      );
    },
  },
  {
    id: "probe",
    title: "Probe",
    width: "minmax(0, 1fr)",
    wideOnly: true,
    cell: ({ probe, tells: says }) => (
      <div className="mw-two">
        <span className="mw-cut mw-mono">{probe}</span>
        <span className="mw-cut">{tells[says]}</span>
      </div>
    ),
  },
  { id: "since", title: "Since", width: "84px", wideOnly: true, cell: ({ since }) => <Time at={since} /> },
  { id: "at", title: "Last asked", width: "84px", wideOnly: true, cell: ({ at }) => <Time at={at} /> },
];

/** Each probe's last answer, with its evidence and time. */
export function Answers({ environment, component }: { readonly environment: string; readonly component: string }) {
  const [search] = useSearch();
  const state = states.find((one) => one === search["state"]);
  const list = useList("/observations", { query: { environment, component, state } });
  return (
    <>
      <Filters>
        <ChoiceFilter name="state" label="It says" choices={states} />
      </Filters>
      <DataTable
        label="Answers of the probes"
        list={list}
        columns={columns}
        keyOf={({ probe, subject }) => `${probe}/${subject}`}
        empty={
          <Empty
            title={state === undefined ? "No probe has answered" : `Nothing is ${state}`}
            tells={state !== undefined}
          >
            {state === undefined
              ? "It was not asked yet, or no endpoint names it."
              : "Take the filter out to see more."}
          </Empty>
        }
      />
    </>
  );
}
