import { SegmentedControl } from "@mantine/core";
import { useSearch } from "../state/use-search.ts";

/** How far back time lines and charts may look, in order, and how far they do where the address does not name one as `span`. */
export interface Spans<T extends Named = Named> {
  readonly all: readonly T[];
  readonly usual: T;
}

interface Named {
  readonly id: string;
  readonly title: string;
}

export function useChosenSpan<T extends Named>({ all, usual }: Spans<T>): T {
  const [search] = useSearch();
  return all.find(({ id }) => id === search["span"]) ?? usual;
}

export function SpanChoice({ of: spans }: { readonly of: Spans }) {
  const [, setSearch] = useSearch();
  return (
    <SegmentedControl
      aria-label="How far back"
      data={spans.all.map(({ id, title }) => ({ value: id, label: title }))}
      value={useChosenSpan(spans).id}
      onChange={(id) => setSearch({ span: id === spans.usual.id ? undefined : id })}
    />
  );
}
