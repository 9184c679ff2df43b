import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { type Answer, call } from "./client.ts";
import { isOldInView, keptPage, type View, wholeView } from "./kept-pages.ts";
import type { CallError } from "./problem.ts";
import { isSameThing } from "./same-thing.ts";
import type { ListPath, ReadInput, Row } from "./types.ts";
import type { Read } from "./use-read.ts";

/** A list that is read page by page: give it to `DataTable`. */
export interface List<T> extends Omit<Read<readonly T[]>, "data" | "etag"> {
  readonly rows: readonly T[];
  /** How many fit in all; where the query says `total: "true"`. */
  readonly total: number | undefined;
  /** How many the query leaves out, where it names a kind to leave out. */
  readonly leftOut?: number | undefined;
  /** There are more on the server. */
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => void;
  /** The rows are those of the filter before. */
  readonly changing: boolean;
  /** Told which rows are in view: read anew, the list's head and these are asked for, and others once they come into view. */
  readonly see?: ((view: View) => void) | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
  readonly total?: number;
  readonly leftOut?: number;
}

type Pages<T> = InfiniteData<Answer<Page<T>>, string>;
type Key<P extends ListPath> = readonly [path: P, input: ReadInput<P>, as: "list"];

/** `useList("/findings", { query: { state: "open" } })`. Changing the input begins anew with the first page. */
export function useList<P extends ListPath>(path: P, input: ReadInput<P>, pageSize = 100): List<Row<P>> {
  const view = useRef(wholeView);
  const counted = useRef<number>(undefined);
  const found = useInfiniteQuery<Answer<Page<Row<P>>>, CallError, readonly Answer<Page<Row<P>>>[], Key<P>, string>({
    queryKey: [path, input, "list"],
    initialPageParam: "",
    queryFn: async ({ signal, pageParam, client, queryKey }) => {
      const known = { view: view.current, total: counted.current };
      const kept = keptPage(client.getQueryData<Pages<Row<P>>>(queryKey), pageParam, known);
      if (kept !== undefined) return kept;
      // Counting takes longer than a page: once is enough.
      const further = pageParam === "" ? {} : { cursor: pageParam, total: undefined };
      const query = { ...input.query, limit: pageSize, ...further };
      const page: Answer<Page<Row<P>>> = await call("get", path, { ...input, query }, { signal });
      if (pageParam === "") counted.current = page.value.total;
      return page;
    },
    getNextPageParam: (last) => last.value.next,
    select: ({ pages }) => pages,
    refetchInterval: 60_000,
    placeholderData: (before, of) => (of !== undefined && isSameThing(of.queryKey[1], input) ? before : undefined),
  });
  const pages = found.data;
  const first = pages?.[0];
  const { refetch } = found;
  const see = useCallback(
    (seen: View) => {
      view.current = seen;
      if (isOldInView(pages ?? [], seen)) void refetch({ cancelRefetch: false });
    },
    [pages, refetch],
  );
  const rows = useMemo(() => (pages ?? []).flatMap((page) => page.value.items), [pages]);
  return {
    rows,
    total: first?.value.total,
    leftOut: first?.value.leftOut,
    cli: withoutPaging(first?.cli ?? found.error?.cli),
    at: first?.at,
    error: found.error ?? undefined,
    loading: found.isPending,
    changing: found.isPlaceholderData,
    more: found.hasNextPage,
    loadingMore: found.isFetchingNextPage,
    loadMore: () => void (found.isFetchingNextPage ? undefined : found.fetchNextPage()),
    reload: () => void found.refetch(),
    see,
  };
}

/** The size of our pages is nothing for people to type. */
function withoutPaging(cli: string | undefined): string | undefined {
  return cli?.replace(/ --limit \d+/, "").replace(/ --total true/, "");
}
