import { useEffect, useMemo } from "react";
import type { Row } from "../../api/types.ts";
import { type List, useList } from "../../api/use-list.ts";
import { type Spans, useChosenSpan } from "../../parts/span-choice.tsx";
import { useNow } from "../../parts/time.tsx";
import type { Span } from "./time-line-marks.ts";

interface Days {
  readonly id: string;
  readonly title: string;
  readonly days: number;
}

const usual: Days = { id: "30d", title: "30 days", days: 30 };

/** How far back time lines and charts look. */
export const spans: Spans<Days> = {
  all: [
    { id: "7d", title: "7 days", days: 7 },
    usual,
    { id: "90d", title: "90 days", days: 90 },
    { id: "1y", title: "A year", days: 366 },
  ],
  usual,
};

const mostRows = 4000;

/** The chosen span up to now, the same object until it is five minutes later. */
export function useBackupSpan(): Span & { readonly days: number; readonly id: string } {
  const now = Math.ceil(useNow() / 300_000) * 300_000;
  const chosen = useChosenSpan(spans);
  return useMemo(
    () => ({ from: now - chosen.days * 86_400_000, to: now, days: chosen.days, id: chosen.id }),
    [now, chosen],
  );
}

/** All backups since a moment, and the pages before it that were read with them: also those that are gone. */
export function useBackupsSince(
  query: { readonly environment?: string | undefined; readonly store?: string | undefined },
  from: number,
): List<Row<"/backups">> {
  const list = useList("/backups", { query: { ...query, gone: "true" } }, 200);
  const { more, loadingMore, loadMore, rows, error } = list;
  const oldest = rows.at(-1)?.takenAt;
  const reads = more && !loadingMore && error === undefined && rows.length < mostRows;
  const isShort = oldest === undefined || Date.parse(oldest) >= from;
  useEffect(() => {
    if (reads && isShort) loadMore();
  }, [reads, isShort, loadMore]);
  return list;
}
