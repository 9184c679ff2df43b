import { useMemo } from "react";
import { useList } from "../../api/use-list.ts";
import { wholeList } from "../../api/whole-list.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Filters, TextFilter } from "../../parts/filters.tsx";
import { Said } from "../../parts/said.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { Age } from "./age.tsx";
import { SizeTrend } from "./size-trend.tsx";
import { StandingTag } from "./standing-tag.tsx";
import { StoreCounts } from "./store-counts.tsx";
import { type Backup, type StandingStore, standingOf, storePath, worstFirst } from "./store-words.ts";
import type { StoresRead } from "./stores-read.ts";

const mostSizes = 14;

/** Every store: how it stands, and why. */
export function StoreList({ stores }: { readonly stores: StoresRead }) {
  const environment = useEnvironment();
  const [search] = useSearch();
  const backups = useList("/backups", { query: { environment } }, 200);
  const columns = useMemo(() => columnsOf(backups.rows), [backups.rows]);
  const { items = [], environments = [] } = stores.data ?? {};
  const all = items.map((one) => standingOf(one, environments));
  const rows = worstFirst(all, search["state"], search["text"]);
  return (
    <>
      <StoreCounts of={all} />
      <Filters>
        <TextFilter name="text" label="Find a store" />
      </Filters>
      <DataTable
        label="Stores"
        list={wholeList(stores, rows)}
        columns={columns}
        keyOf={(one) => storePath(one)}
        linkOf={(one) => storePath(one)}
        empty={
          all.length === 0 ? (
            <Empty title="No store is declared">
              The repository is there and nothing is copied into it: name stores under backups of millwright.server.yaml
              (docs/backups.md).
            </Empty>
          ) : (
            <Empty title="No store fits this filter">Take a filter out to see more.</Empty>
          )
        }
      />
    </>
  );
}

function columnsOf(backups: readonly Backup[]): readonly Column<StandingStore>[] {
  const sizes = Map.groupBy(backups, ({ environment, store }) => `${environment} ${store}`);
  return [
    { id: "state", title: "State", width: "116px", cell: ({ state }) => <StandingTag of={state} /> },
    {
      id: "store",
      title: "Store, and why",
      width: "minmax(0, 3fr)",
      cell: ({ store, why }) => (
        <div className="mw-two">
          <strong className="mw-cut">{store}</strong>
          <span className="mw-cut">
            <Said text={why} />
          </span>
        </div>
      ),
      compare: (a, b) => a.store.localeCompare(b.store),
    },
    {
      id: "environment",
      title: "Environment",
      width: "110px",
      wideOnly: true,
      cell: ({ environment }) => environment,
      compare: (a, b) => a.environment.localeCompare(b.environment),
    },
    {
      id: "age",
      title: "Age",
      width: "158px",
      wideOnly: true,
      cell: ({ ageHours, rpoHours }) => (rpoHours === null ? undefined : <Age hours={ageHours} most={rpoHours} />),
      compare: (a, b) => (a.ageHours ?? Infinity) - (b.ageHours ?? Infinity),
    },
    { id: "proof", title: "Proven", width: "104px", wideOnly: true, cell: (one) => <LastProof of={one} /> },
    {
      id: "size",
      title: "Size",
      width: "150px",
      wideOnly: true,
      cell: ({ environment, store }) => {
        const mine = sizes.get(`${environment} ${store}`) ?? [];
        return (
          <SizeTrend
            sizes={mine
              .slice(0, mostSizes)
              .map(({ bytes }) => bytes)
              .toReversed()}
          />
        );
      },
      compare: (a, b) => (a.newest?.bytes ?? 0) - (b.newest?.bytes ?? 0),
    },
  ];
}

function LastProof({ of: { lastProven, state } }: { readonly of: StandingStore }) {
  if (state === "disposable" || state === "foreign") return undefined;
  const at = lastProven?.provenAt;
  return at === undefined || at === null ? <span className="mw-dim">never</span> : <Time at={at} />;
}
