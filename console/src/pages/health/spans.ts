import { useSearch } from "../../state/use-search.ts";

/** How far back charts look; the address names it as `span`. */
export const spans = [
  { id: "24h", title: "24 hours", hours: 24 },
  { id: "7d", title: "7 days", hours: 168 },
  { id: "30d", title: "30 days", hours: 720 },
] as const;

export type Span = (typeof spans)[number];

function spanOf(named: string | undefined): Span {
  return spans.find(({ id }) => id === named) ?? spans[0];
}

export function useSpan(): Span {
  const [search] = useSearch();
  return spanOf(search["span"]);
}
