import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { wholeList } from "../../api/whole-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Filters, TextFilter } from "../../parts/filters.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { ComponentTabs } from "./component-tabs.tsx";
import { EnvironmentCard } from "./environment-card.tsx";
import { VersionCell } from "./version-cell.tsx";
import { fitting, shows, type VersionRow, versionRows } from "./version-rows.ts";
import "./components.css";

type Matrix = Reply<"/matrix">;

/** Environments side by side: how each is, and which version of what runs there. */
export function Environments() {
  const environments = useRead("/environments", {});
  const matrix = useRead("/matrix", {});
  const chosen = useEnvironment();
  return (
    <Page
      title="Components"
      why="Every environment beside the others: how it is, what holds there, and which version of each component runs."
      cli="millwright environment list"
    >
      <ComponentTabs current="environments" />
      <Loaded read={environments} skeleton={<Waiting />}>
        {({ items }) => (
          <ul className="mw-environments">
            {items
              .filter(({ name }) => chosen === undefined || name === chosen)
              .map((environment) => (
                <EnvironmentCard key={environment.name} of={environment} />
              ))}
          </ul>
        )}
      </Loaded>
      <Versions matrix={matrix} />
    </Page>
  );
}

function Versions({ matrix }: { readonly matrix: ReturnType<typeof useRead<"/matrix">> }) {
  const [search, setSearch] = useSearch();
  const show = shows.find((one) => one === search["show"]) ?? "all";
  const { data } = matrix;
  const chosen = search["environment"];
  const all = useMemo(() => (data === undefined ? [] : versionRows(data)), [data]);
  const columns = useMemo(() => columnsOf(data?.environments ?? [], chosen), [data, chosen]);
  return (
    <>
      <Filters>
        <SegmentedControl
          aria-label="Which components"
          data={[
            { value: "all", label: "All" },
            { value: "differing", label: "Differing" },
            { value: "unhealthy", label: "In trouble" },
          ]}
          value={show}
          onChange={(value) => setSearch({ show: value === "all" ? undefined : value })}
        />
        <TextFilter name="text" label="Find a component" />
      </Filters>
      <DataTable
        label="Components and their versions"
        list={wholeList(matrix, fitting(all, search["text"] ?? "", show))}
        columns={columns}
        keyOf={({ component }) => component}
        linkOf={({ component }) => `/components/${encodeURIComponent(component)}`}
        empty={<NoRows matrix={data} />}
        rowHeight={44}
        narrowRowHeight={56}
      />
    </>
  );
}

function columnsOf(environments: Matrix["environments"], chosen: string | undefined): readonly Column<VersionRow>[] {
  const shown = environments.flatMap((name, index) =>
    chosen === undefined || chosen === name ? [{ name, index }] : [],
  );
  // What belongs to none comes after those that have a name.
  const last = environments.findLastIndex((name) => !name.startsWith("("));
  return [
    {
      id: "component",
      title: "Component",
      width: "minmax(0, 1.4fr)",
      compare: (a, b) => a.component.localeCompare(b.component),
      cell: ({ component, system }) => (
        <div className="mw-two">
          <strong className="mw-cut">{component}</strong>
          <span className="mw-cut">{system === component ? "" : (system ?? "no known system")}</span>
        </div>
      ),
    },
    ...shown.map(
      ({ name, index }): Column<VersionRow> => ({
        id: name,
        title: name,
        width: "minmax(0, 1fr)",
        // On a narrow screen the first and the last stand there: where things begin, and where they matter.
        wideOnly: index !== 0 && index !== last && shown.length > 2,
        cell: ({ cells, differs }) => <VersionCell of={cells[index]} differs={differs} />,
      }),
    ),
  ];
}

function NoRows({ matrix }: { readonly matrix: Matrix | undefined }) {
  if (matrix !== undefined && matrix.rows.length > 0)
    return <Empty title="No component fits this filter">Take a filter out to see more.</Empty>;
  return (
    <NotSetUp
      what="An inventory"
      how="No repository and no cluster that was looked at has a component. Name the platform's repository under repositories of millwright.server.yaml; Settings shows what was looked at."
      command="millwright source list"
    />
  );
}

function Waiting() {
  return (
    <div className="mw-environments">
      <SkeletonCard height={226} />
      <SkeletonCard height={226} />
      <SkeletonCard height={226} />
    </div>
  );
}
