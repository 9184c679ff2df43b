import type { ReactNode } from "react";
import { useSearch } from "../state/use-search.ts";
import "./counts.css";

/** How many there are of each; a number is a filter that stands in the address. As high before they are known as after. */
export function Counts(props: {
  /** What is counted by what, for screen readers: "Open findings by severity". */
  readonly label: string;
  /** The search parameter that the filter is. */
  readonly name: string;
  readonly of: readonly {
    readonly value: string;
    /** undefined: not known yet. */
    readonly count: number | undefined;
    readonly words: ReactNode;
  }[];
}) {
  const { label, name, of } = props;
  const [search, setSearch] = useSearch();
  return (
    <fieldset className="mw-counts">
      <legend className="mw-hidden">{label}</legend>
      {of.map(({ value, count, words }) => {
        const chosen = search[name] === value;
        return (
          <button
            key={value}
            type="button"
            aria-pressed={chosen}
            className="mw-card"
            onClick={() => setSearch({ [name]: chosen ? undefined : value })}
          >
            <strong>{count ?? "–"}</strong>
            {words}
          </button>
        );
      })}
    </fieldset>
  );
}
