import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { wholeList } from "../../api/whole-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Filters, TextFilter } from "../../parts/filters.tsx";
import { Health } from "../../parts/health.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { Said } from "../../parts/said.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { HealthCounts } from "./health-counts.tsx";
import { type ComponentHealth, whyOf, worstFirst } from "./why.ts";

const columns: readonly Column<ComponentHealth>[] = [
  { id: "health", title: "Health", width: "104px", cell: ({ health }) => <Health of={health} /> },
  {
    id: "what",
    title: "Component, and why",
    width: "minmax(0, 3fr)",
    cell: (one) => (
      <div className="mw-two">
        <strong className="mw-cut">{one.component}</strong>
        <span className="mw-cut">
          <Said text={whyOf(one)} />
        </span>
      </div>
    ),
    compare: (a, b) => a.component.localeCompare(b.component),
  },
  {
    id: "environment",
    title: "Environment",
    width: "120px",
    wideOnly: true,
    cell: ({ environment }) => environment,
    compare: (a, b) => a.environment.localeCompare(b.environment),
  },
  { id: "upkeep", title: "To be done", width: "110px", wideOnly: true, cell: (one) => <Upkeep of={one} /> },
  { id: "since", title: "Since", width: "84px", wideOnly: true, cell: (one) => <Since of={one} /> },
  { id: "at", title: "Last asked", width: "84px", wideOnly: true, cell: ({ at }) => <Time at={at} /> },
];

/** Every component that is asked, by environment, worst first. */
export function ComponentList() {
  const environment = useEnvironment();
  const [search] = useSearch();
  const health = useRead("/health", { query: { environment } });
  const rows = worstFirst(health.data?.components ?? [], search["health"], search["text"]);
  return (
    <>
      <HealthCounts of={health.data?.components} />
      <Filters>
        <TextFilter name="text" label="Find a component" />
      </Filters>
      <DataTable
        label="Health of components"
        list={wholeList(health, rows)}
        columns={columns}
        keyOf={({ environment: place, component }) => `${place}/${component}`}
        linkOf={({ environment: place, component }) =>
          `/health/${encodeURIComponent(place)}/${encodeURIComponent(component)}`
        }
        empty={<Nothing of={health.data} />}
      />
    </>
  );
}

function Upkeep({ of: { upkeep } }: { readonly of: ComponentHealth }) {
  if (upkeep.length === 0) return <span className="mw-dim">nothing</span>;
  return (
    <Tag tone="yellow" icon="work">
      {upkeep.length}
    </Tag>
  );
}

/** Since when it is in trouble, or not known. */
function Since({ of: { health, trouble, unknown } }: { readonly of: ComponentHealth }) {
  const lines = health === "unknown" ? unknown : trouble;
  const first = lines.map(({ since }) => since).toSorted()[0];
  return first === undefined || health === "healthy" ? undefined : <Time at={first} />;
}

function Nothing({ of }: { readonly of: Reply<"/health"> | undefined }) {
  const environment = useEnvironment();
  if (of !== undefined && of.components.length > 0)
    return <Empty title="No component fits this filter">Take a filter out to see more.</Empty>;
  return (
    <NotSetUp
      what={environment === undefined ? "Asking components how they are" : `Asking components of ${environment}`}
      how={
        <>
          Name where each component is reached under <code>endpoints</code> in <code>millwright.server.yaml</code>{" "}
          (docs/health.md). Until then nothing is known of its health, and nothing is taken for healthy.
        </>
      }
      command="millwright settings show"
    />
  );
}
