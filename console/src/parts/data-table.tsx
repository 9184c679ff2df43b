import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { wholeView } from "../api/kept-pages.ts";
import type { List } from "../api/use-list.ts";
import { useSearch } from "../state/use-search.ts";
import { Icon } from "./icon.tsx";
import { Problem } from "./problem.tsx";
import { ordered } from "./table-order.ts";
import { KeptRow } from "./table-row.tsx";
import { useTop } from "./use-top.ts";
import "./data-table.css";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid: `"2fr"`, `"110px"`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  /** Left out on a narrow screen. */
  readonly wideOnly?: boolean;
  /** How rows are ordered by it, on a list that is here whole; the choice stands in the address (`sort=id`, `sort=-id`). */
  readonly compare?: (a: Row, b: Row) => number;
}

export interface DataTableProps<Row> {
  /** What it is a table of, for screen readers: "Findings". */
  readonly label: string;
  readonly list: List<Row>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Where a row leads, by click and Enter, with Ctrl or the middle button in a new tab: the path. The search parameters go along. */
  readonly linkOf?: (row: Row) => string;
  /** Shown in place of rows when there are none: an `Empty` or a `NotSetUp`. */
  readonly empty: ReactNode;
  /** In pixels; two lines of text when left out, on a narrow screen four. */
  readonly rowHeight?: number;
  readonly narrowRowHeight?: number;
}

/**
 * Rows of a server's list: only those in view are drawn, further pages come as one scrolls, arrows move and Enter opens. Each
 * state (loading, failing, forbidden, empty, older rows of a filter that is changing) keeps its place.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { list, columns } = props;
  const [search] = useSearch();
  if (list.error !== undefined && list.rows.length === 0) return <Problem error={list.error} retry={list.reload} />;
  if (!list.loading && list.rows.length === 0) return props.empty;
  const rows = list.more ? list.rows : ordered(list.rows, columns, search["sort"]);
  const tracks = {
    "--mw-columns": columns.map(({ width }) => width).join(" "),
    "--mw-narrow-columns": columns
      .filter(({ wideOnly }) => wideOnly !== true)
      .map(({ width }) => width)
      .join(" "),
  } as CSSProperties;
  return (
    <div className="mw-card mw-table" style={tracks} data-changing={list.changing ? "" : undefined}>
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={list.more ? -1 : rows.length + 1}
        aria-busy={list.loading}
      >
        <Head columns={columns} whole={!list.more && !list.loading} />
        {list.loading ? <Waiting {...props} /> : <Body {...props} rows={rows} />}
      </div>
      <div className="mw-table-foot" role="status">
        {list.loading ? "Loading…" : list.loadingMore ? "Loading more…" : countText(rows.length, list)}
      </div>
      {list.error === undefined || list.error.passing ? undefined : <Problem error={list.error} retry={list.reload} />}
    </div>
  );
}

function Head<Row>({ columns, whole }: { readonly columns: readonly Column<Row>[]; readonly whole: boolean }) {
  const [search, setSearch] = useSearch();
  const sort = search["sort"];
  return (
    <div role="rowgroup">
      <div role="row" className="mw-table-row mw-table-head" aria-rowindex={1}>
        {columns.map(({ id, title, wideOnly, compare }) => {
          const direction = sort === id ? "ascending" : sort === `-${id}` ? "descending" : undefined;
          const next = direction === "ascending" ? `-${id}` : direction === "descending" ? undefined : id;
          return (
            <div
              key={id}
              role="columnheader"
              className={wideOnly === true ? "mw-wide" : undefined}
              {...(direction === undefined ? {} : { "aria-sort": direction })}
            >
              {compare === undefined || !whole ? (
                title
              ) : (
                <button type="button" onClick={() => setSearch({ sort: next })}>
                  {title}
                  {direction === undefined ? undefined : (
                    <Icon name={direction === "ascending" ? "up" : "down"} size={12} />
                  )}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function countText(
  count: number,
  { total, more }: { readonly total: number | undefined; readonly more: boolean },
): string {
  if (!more) return count === 1 ? "1 row, all there is" : `${count} rows, all there are`;
  return total === undefined
    ? `${count} rows; more come as you scroll`
    : `${count} of ${total} rows; more come as you scroll`;
}

/** As high as a row is on this screen. */
function useRowHeight<Row>({ rowHeight = 48, narrowRowHeight = 86 }: DataTableProps<Row>): number {
  return useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false }) ? narrowRowHeight : rowHeight;
}

function Waiting<Row>(props: DataTableProps<Row>) {
  const { columns } = props;
  const rowHeight = useRowHeight(props);
  return (
    <div role="rowgroup" className="mw-table-body" style={{ height: rowHeight * 12 }}>
      {Array.from({ length: 12 }, (_, index) => (
        <div
          key={index}
          role="row"
          className="mw-table-row"
          style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
        >
          {columns.map(({ id, wideOnly }) => (
            <div key={id} role="gridcell" className={wideOnly === true ? "mw-wide" : undefined}>
              <Skeleton height={10} width={`${50 + ((index * 17) % 40)}%`} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** A list of so many rows is drawn whole: a browser finds and prints what is drawn. Of a longer one only what is in view. */
const mostWhole = 100;
/** So many rows above and below what is in view are there before somebody scrolls to them. */
const beside = 8;

function Body<Row>(props: DataTableProps<Row> & { readonly rows: readonly Row[] }) {
  const { rows, list, columns } = props;
  const rowHeight = useRowHeight(props);
  const body = useRef<HTMLDivElement>(null);
  const top = useTop(body);
  const [current, setCurrent] = useState(0);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: !list.more && rows.length <= mostWhole ? rows.length : beside,
    scrollMargin: top,
    // What stands fixed at the head of the page hides nothing that one moves to.
    scrollPaddingStart: 90,
    scrollPaddingEnd: 20,
  });
  // A screen that is turned has rows of another height; nobody asks for it again by itself.
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight]);
  const items = virtual.getVirtualItems();
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
  const first = Math.max(0, startIndex - beside);
  const last = Math.min(rows.length - 1, endIndex + beside);
  // Ordered here, any row may come from any page.
  const isOrdered = rows !== list.rows;
  const see = useRef(list.see);
  see.current = list.see;
  // Told anew when rows came: one may have scrolled to others while they were on their way.
  useEffect(() => see.current?.(isOrdered ? wholeView : { first, last }), [first, last, isOrdered, list.rows]);
  useEffect(() => {
    if (list.more && !list.loadingMore && last >= rows.length - 20) list.loadMore();
  }, [last, rows.length, list]);
  const move = useCallback(
    (to: number): void => {
      const index = Math.max(0, Math.min(virtual.options.count - 1, to));
      setCurrent(index);
      virtual.scrollToIndex(index, { align: "auto" });
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
    },
    [virtual],
  );
  const focusable = items.some(({ index }) => index === current) ? current : items[0]?.index;
  return (
    <div role="rowgroup" ref={body} className="mw-table-body" style={{ height: virtual.getTotalSize() }}>
      {items.map(({ index, start }) => {
        const row = rows[index];
        if (row === undefined) return undefined;
        return (
          <KeptRow<Row>
            key={props.keyOf(row)}
            {...{ row, index, columns, move }}
            height={rowHeight}
            place={start - top}
            to={props.linkOf?.(row)}
            focusable={index === focusable}
          />
        );
      })}
    </div>
  );
}
