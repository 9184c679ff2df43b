import { Health } from "../../parts/health.tsx";
import { useSearch } from "../../state/use-search.ts";
import { type ComponentHealth, kinds } from "./why.ts";
import "./health.css";

/** How many components are how; each number is a filter. As high before it is known as after. */
export function HealthCounts({ of: components }: { readonly of: readonly ComponentHealth[] | undefined }) {
  const [search, setSearch] = useSearch();
  return (
    <fieldset className="mw-health-counts">
      <legend className="mw-hidden">Components by health</legend>
      {kinds.map((kind) => {
        const chosen = search["health"] === kind;
        return (
          <button
            key={kind}
            type="button"
            aria-pressed={chosen}
            className="mw-card"
            onClick={() => setSearch({ health: chosen ? undefined : kind })}
          >
            <strong>{components?.filter(({ health }) => health === kind).length ?? "–"}</strong>
            <Health of={kind} />
          </button>
        );
      })}
    </fieldset>
  );
}
