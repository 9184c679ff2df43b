import { Counts } from "../../parts/counts.tsx";
import { useSearch } from "../../state/use-search.ts";
import { StandingTag } from "./standing-tag.tsx";
import { type StandingStore, standings } from "./store-words.ts";

/** These stand there always; the others where a store is one of them. */
const usual: readonly string[] = ["failed", "none", "forgotten", "too-old", "not-proven", "backed-up"];

/** How many stores stand how; each number is a filter. */
export function StoreCounts({ of: stores }: { readonly of: readonly StandingStore[] }) {
  const [search] = useSearch();
  const counted = standings.map((state) => ({
    value: state,
    count: stores.filter((one) => one.state === state).length,
    words: <StandingTag of={state} />,
  }));
  return (
    <Counts
      label="Stores by how they stand"
      name="state"
      of={counted.filter(({ value, count }) => count > 0 || search["state"] === value || usual.includes(value))}
    />
  );
}
