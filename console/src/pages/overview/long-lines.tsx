import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useRef } from "react";
import { useTop } from "../../parts/use-top.ts";
import type { Line } from "./line-kinds.ts";
import { LineRow } from "./line-row.tsx";

/** More of them are drawn only where they are in view. */
export const mostDrawn = 60;

/** About as high as a line is; each is measured once it is drawn. */
const usualHeight = 84;

/** Lines of which only those in view are drawn; their number and places are told to who does not see them. */
export function LongLines({ lines }: { readonly lines: readonly Line[] }) {
  const body = useRef<HTMLUListElement>(null);
  const top = useTop(body);
  const getItemKey = useCallback((index: number) => lines[index]?.id ?? index, [lines]);
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => usualHeight,
    getItemKey,
    overscan: 8,
    scrollMargin: top,
  });
  return (
    <ul ref={body} className="mw-lines-long" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const line = lines[index];
        return line === undefined ? undefined : (
          <LineRow
            key={key}
            line={line}
            index={index}
            count={lines.length}
            place={start - top}
            measure={virtual.measureElement}
          />
        );
      })}
    </ul>
  );
}
