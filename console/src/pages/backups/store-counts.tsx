import { useSearch } from "../../state/use-search.ts";
import { StandingTag } from "./standing-tag.tsx";
import { type StandingStore, standings } from "./store-words.ts";

/** These stand there always; the others where a store is one of them. */
const usual: readonly string[] = ["failed", "none", "forgotten", "too-old", "not-proven", "backed-up"];

/** How many stores stand how; each number is a filter. */
export function StoreCounts({ of: stores }: { readonly of: readonly StandingStore[] }) {
  const [search, setSearch] = useSearch();
  return (
    <fieldset className="mw-bk-counts">
      <legend className="mw-hidden">Stores by how they stand</legend>
      {standings.map((state) => {
        const chosen = search["state"] === state;
        const count = stores.filter((one) => one.state === state).length;
        if (count === 0 && !chosen && !usual.includes(state)) return undefined;
        return (
          <button
            key={state}
            type="button"
            aria-pressed={chosen}
            className="mw-card"
            onClick={() => setSearch({ state: chosen ? undefined : state })}
          >
            <strong>{count}</strong>
            <StandingTag of={state} />
          </button>
        );
      })}
    </fieldset>
  );
}
