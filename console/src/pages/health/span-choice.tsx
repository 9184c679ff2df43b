import { SegmentedControl } from "@mantine/core";
import { useSearch } from "../../state/use-search.ts";
import { spans, useSpan } from "./spans.ts";

/** How far back the charts look. */
export function SpanChoice() {
  const [, setSearch] = useSearch();
  const span = useSpan();
  return (
    <SegmentedControl
      aria-label="How far back"
      data={spans.map(({ id, title }) => ({ value: id, label: title }))}
      value={span.id}
      onChange={(id) => setSearch({ span: id === spans[0].id ? undefined : id })}
    />
  );
}
