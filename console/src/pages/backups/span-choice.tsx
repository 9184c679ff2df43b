import { SegmentedControl } from "@mantine/core";
import { useSearch } from "../../state/use-search.ts";
import { spans, useBackupSpan } from "./use-backups.ts";

export function SpanChoice() {
  const [, setSearch] = useSearch();
  const span = useBackupSpan();
  const inOrder = spans.toSorted((a, b) => a.days - b.days);
  return (
    <SegmentedControl
      aria-label="How far back"
      data={inOrder.map(({ id, title }) => ({ value: id, label: title }))}
      value={span.id}
      onChange={(id) => setSearch({ span: id === spans[0].id ? undefined : id })}
    />
  );
}
