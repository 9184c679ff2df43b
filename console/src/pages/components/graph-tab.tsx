import { SegmentedControl, Select, Switch } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { useRead } from "../../api/use-read.ts";
import { Empty } from "../../parts/empty.tsx";
import { Filters } from "../../parts/filters.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { BlastRadius } from "./blast-radius.tsx";
import { ComponentTabs } from "./component-tabs.tsx";
import { GraphList } from "./graph-list.tsx";
import { GraphTable } from "./graph-table.tsx";
import type { GraphReply } from "./graph-view.ts";
import "./graph.css";

const Picture = lazy(() => import("./graph-picture.tsx").then(({ GraphPicture: picture }) => ({ default: picture })));
const pictureHeight = 560;

/** Who needs whom, drawn or as a table; choosing one shows all that it takes with it. */
export function GraphTab() {
  const [search] = useSearch();
  const environment = useEnvironment();
  const platform = search["platform"] === "true" ? ("true" as const) : undefined;
  const graph = useRead("/graph", { query: { environment, of: search["of"], platform } });
  return (
    <Page
      title="Components"
      why="Who needs whom: an arrow goes from what needs to what is needed. Choose one to see all that feels it when it is down or changed."
      cli={graph.cli ?? "millwright component graph"}
    >
      <ComponentTabs current="graph" />
      <Loaded read={graph} skeleton={<SkeletonCard height={pictureHeight + 90} />}>
        {(found) => <Shown graph={found} />}
      </Loaded>
    </Page>
  );
}

function Shown({ graph }: { readonly graph: GraphReply }) {
  const [search, setSearch] = useSearch();
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const asTable = isNarrow || search["as"] === "table";
  const choose = (id: string | undefined): void => setSearch({ of: id });
  return (
    <>
      <Choice graph={graph} isNarrow={isNarrow} />
      {graph.nodes.length === 0 ? (
        <Empty title="Nothing that is known needs anything" tells={false}>
          Of what was looked at no component is one whose needs are known. The guides' whole platform can be shown
          instead.
        </Empty>
      ) : asTable ? (
        <>
          <BlastRadius graph={graph} />
          {isNarrow ? <GraphList graph={graph} onChoose={choose} /> : <GraphTable graph={graph} onChoose={choose} />}
        </>
      ) : (
        <div className="mw-graph-beside" data-focus={graph.of === undefined ? undefined : ""}>
          <Suspense fallback={<SkeletonCard height={pictureHeight} />}>
            <Picture graph={graph} height={pictureHeight} onChoose={choose} />
          </Suspense>
          <BlastRadius graph={graph} />
        </div>
      )}
      {graph.alone === 0 ? undefined : (
        <p className="mw-dim mw-plain">
          {graph.alone === 1 ? "1 component is" : `${graph.alone} components are`} not shown: nothing is known that they
          need, or that needs them.
        </p>
      )}
    </>
  );
}

function Choice({ graph, isNarrow }: { readonly graph: GraphReply; readonly isNarrow: boolean }) {
  const [search, setSearch] = useSearch();
  const known = graph.nodes.map(({ id, title }) => ({ value: id, label: title }));
  const value = graph.of?.[0] ?? null;
  return (
    <Filters>
      <Select
        aria-label="What is down or changed"
        placeholder="What if this is down…"
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Choose none" }}
        w={220}
        data={known}
        value={known.some((one) => one.value === value) ? value : null}
        onChange={(id) => setSearch({ of: id ?? undefined })}
      />
      {isNarrow ? undefined : (
        <SegmentedControl
          aria-label="How it is shown"
          data={[
            { value: "picture", label: "Picture" },
            { value: "table", label: "Table" },
          ]}
          value={search["as"] === "table" ? "table" : "picture"}
          onChange={(as) => setSearch({ as: as === "table" ? as : undefined })}
        />
      )}
      <Switch
        size="xs"
        label="The guides' whole platform"
        checked={search["platform"] === "true"}
        onChange={(event) => setSearch({ platform: event.currentTarget.checked ? "true" : undefined })}
      />
    </Filters>
  );
}
