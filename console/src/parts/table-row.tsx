import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, memo, type ReactNode } from "react";
import type { Column } from "./data-table.tsx";

interface RowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly height: number;
  /** Pixels from the head of the rows. */
  readonly place: number;
  /** Where it leads. */
  readonly to: string | undefined;
  readonly focusable: boolean;
  readonly move: (to: number) => void;
}

const middle = 1;

/** As of any link: what is clicked so opens in a tab of its own. */
function isBeside({ button, ctrlKey, metaKey }: MouseEvent): boolean {
  return button === middle || ctrlKey || metaKey;
}

function BodyRow<Row>({ row, index, columns, height, place, to, focusable, move }: RowProps<Row>) {
  const router = useRouter();
  const open = (beside: boolean): void => {
    if (to === undefined) return;
    const target = { to, search: ((before: object) => before) as never };
    if (beside) window.open(router.buildLocation(target).href, "_blank", "noopener");
    else void router.navigate(target);
  };
  const onClick = (event: MouseEvent): void => {
    // A link or a button in a cell does what it says; marking text opens nothing.
    const inner = (event.target as Element).closest("a, button, input");
    if (inner === null && window.getSelection()?.isCollapsed !== false) open(isBeside(event));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const target = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + 10,
      PageUp: index - 10,
      Home: 0,
      End: Infinity,
    }[event.key];
    if (target !== undefined) move(target);
    else if (event.key === "Enter") open(event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="row"
      className="mw-table-row"
      aria-rowindex={index + 2}
      data-index={index}
      data-link={to === undefined ? undefined : ""}
      tabIndex={focusable ? 0 : -1}
      style={{ height, transform: `translateY(${place}px)` }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onAuxClick={(event) => (event.button === middle ? onClick(event) : undefined)}
      // Else Windows begins to scroll by itself.
      onMouseDown={(event) => (event.button === middle && to !== undefined ? event.preventDefault() : undefined)}
    >
      {columns.map(({ id, wideOnly, cell }) => (
        <div key={id} role="gridcell" className={wideOnly === true ? "mw-wide" : undefined}>
          <Cell of={cell(row)} />
        </div>
      ))}
    </div>
  );
}

/** Plain text is cut where its column ends: rows are of one height. */
function Cell({ of: content }: { readonly of: ReactNode }) {
  return typeof content === "string" ? <span className="mw-cut">{content}</span> : content;
}

/** Drawn anew only where something of its own has changed. */
export const KeptRow = memo(BodyRow) as typeof BodyRow;
