import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { ComponentTabs } from "./component-tabs.tsx";
import { VersionCell } from "./version-cell.tsx";
import { type VersionRow, versionRows } from "./version-rows.ts";
import "./components.css";

type Matrix = Reply<"/matrix">;

/** Each environment held against the versions that were released together: what is proven, and what differs from it. */
export function MatrixTab() {
  const matrix = useRead("/matrix", {});
  return (
    <Page
      title="Components"
      why="Versions that were released together are known to work together. Each environment is held against the nearest of those sets."
      cli={matrix.cli ?? "millwright component matrix"}
    >
      <ComponentTabs current="matrix" />
      <Loaded read={matrix} skeleton={<SkeletonCard height={480} />}>
        {(found) => <Shown matrix={found} />}
      </Loaded>
    </Page>
  );
}

function Shown({ matrix }: { readonly matrix: Matrix }) {
  const { verdicts, sets, factsOf } = matrix;
  const inSets = new Set(sets.flatMap(({ versions }) => Object.keys(versions)));
  const rows = versionRows(matrix).filter(({ system }) => system !== null && inSets.has(system));
  return (
    <>
      {verdicts.length === 0 ? (
        <Empty title="No environment runs what the sets are about" tells={false}>
          The proven sets hold {[...inSets].join(", ")}. An environment is judged once it has one of them.
        </Empty>
      ) : (
        <ul className="mw-environments">
          {verdicts.map((verdict) => (
            <Verdict key={verdict.environment} of={verdict} />
          ))}
        </ul>
      )}
      {rows.length === 0 ? undefined : <Rows of={matrix} rows={rows} />}
      <p className="mw-dim mw-plain">The sets were researched on {factsOf}.</p>
    </>
  );
}

function Rows({ of: { environments, sets }, rows }: { readonly of: Matrix; readonly rows: readonly VersionRow[] }) {
  return (
    <SmallTable<VersionRow>
      label="Components that the proven sets hold, by environment and set"
      rows={rows}
      keyOf={({ component }) => component}
      columns={[
        {
          title: "Component",
          cell: ({ component }) => (
            <RouteLink route={`/components/${encodeURIComponent(component)}`}>{component}</RouteLink>
          ),
        },
        ...environments.map((name, index) => ({
          title: name,
          cell: ({ cells, differs }: VersionRow) => <VersionCell of={cells[index]} differs={differs} />,
        })),
        ...sets.map(({ name, released, versions }) => ({
          title: `${name} (${released})`,
          cell: ({ system }: VersionRow) => (
            <span className="mw-mono">{(system === null ? undefined : versions[system]) ?? "–"}</span>
          ),
        })),
      ]}
    />
  );
}

function Verdict({ of: { environment, proven, set, differences } }: { readonly of: Matrix["verdicts"][number] }) {
  return (
    <li className="mw-card">
      <h2>
        {environment}
        <Tag tone={proven ? "green" : "yellow"} icon={proven ? "check" : "question"}>
          {proven ? "proven" : "not proven"}
        </Tag>
      </h2>
      <p className="mw-plain mw-dim">
        {set === undefined ? "No set is near." : proven ? `As released in ${set}.` : `Nearest: ${set}.`}
      </p>
      {differences.length === 0 ? undefined : (
        <ul className="mw-differences">
          {differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
