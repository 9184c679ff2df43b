import type { List } from "./use-list.ts";
import type { Read } from "./use-read.ts";

/** What came whole in one answer, as a list for `DataTable`; `rows` are made from the answer, and none while there is none. */
export function wholeList<T>(read: Read<unknown>, rows: readonly T[]): List<T> {
  const { cli, at, error, loading, reload } = read;
  return {
    rows,
    total: rows.length,
    cli,
    at,
    error,
    loading,
    reload,
    more: false,
    loadingMore: false,
    changing: false,
    loadMore: () => undefined,
  };
}
