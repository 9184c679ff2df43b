import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { wholeList } from "../../api/whole-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import { useEnvironment } from "../../state/use-search.ts";

type Signature = Reply<"/log-signatures">["signatures"][number];

const tones: Readonly<Record<Signature["verdict"], Tone>> = {
  new: "orange",
  rising: "orange",
  unknown: "grey",
  usual: "green",
};

const columns: readonly Column<Signature>[] = [
  {
    id: "verdict",
    title: "It is",
    width: "96px",
    cell: ({ verdict }) => <Tag tone={tones[verdict]}>{verdict}</Tag>,
  },
  {
    id: "line",
    title: "Line, and why",
    width: "minmax(0, 3fr)",
    cell: ({ template, why }) => (
      <div className="mw-two">
        <span className="mw-cut mw-mono" title={template}>
          {template}
        </span>
        <span className="mw-cut">{why}</span>
      </div>
    ),
  },
  {
    id: "where",
    title: "Component",
    width: "minmax(0, 1fr)",
    wideOnly: true,
    cell: ({ component, environment }) => (
      <div className="mw-two">
        <span className="mw-cut">{component}</span>
        <span className="mw-cut">{environment}</span>
      </div>
    ),
  },
  {
    id: "lines",
    title: "Lines now",
    width: "96px",
    wideOnly: true,
    cell: ({ recent, recentHours }) => `${recent} in ${recentHours} h`,
    compare: (a, b) => b.recent - a.recent,
  },
];

/** Errors in the logs of the components, those that are alike as one; new and rising ones first. */
export function LogErrors({ component, at }: { readonly component?: string; readonly at?: string }) {
  const chosen = useEnvironment();
  const environment = at ?? chosen;
  const found = useRead("/log-signatures", { query: { environment, component } }, { everySeconds: 60 });
  return (
    <DataTable
      label="Error lines"
      list={wholeList(found, found.data?.signatures ?? [])}
      columns={columns}
      keyOf={(one) => `${one.environment}/${one.component}/${one.signature}`}
      empty={
        <Empty title="No error lines are known" tells={false}>
          Logs are read where an endpoint of Loki, or a cluster that may be read, is configured (docs/health.md). Where
          neither is, this says nothing of the logs.
        </Empty>
      }
    />
  );
}
