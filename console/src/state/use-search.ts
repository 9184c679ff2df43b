import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";
import type { SearchTexts } from "./search-text.ts";

/**
 * Filters, tabs and what is open live in the address: `const [search, setSearch] = useSearch()`; `setSearch({ state: "open" })`
 * changes that one and keeps the rest, undefined takes one out. Replaces the entry of the history, so that Back leaves the page.
 */
export function useSearch(): readonly [SearchTexts, (change: Readonly<Record<string, string | undefined>>) => void] {
  const search = useRouterState({ select: (state) => state.location.search as SearchTexts });
  const navigate = useNavigate();
  const set = useCallback(
    (change: Readonly<Record<string, string | undefined>>) => {
      void navigate({ to: ".", replace: true, search: ((before: SearchTexts) => ({ ...before, ...change })) as never });
    },
    [navigate],
  );
  return [search, set];
}

/** The environment that everything is narrowed to; undefined: all. It goes along from page to page. */
export function useEnvironment(): string | undefined {
  const [search] = useSearch();
  return search["environment"];
}

/** The tab that the address names, where it is one of the page's; the first otherwise. */
export function useTab<T extends string>(ids: readonly [T, ...T[]]): T {
  const [search] = useSearch();
  return ids.find((id) => id === search["tab"]) ?? ids[0];
}
