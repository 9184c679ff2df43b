import { useRead } from "../../api/use-read.ts";
import { Severity } from "../../parts/severity.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { severities } from "./finding-filter.ts";
import "./finding-counts.css";

/** How many are open, by severity; each number is a filter. As high before it is known as after. */
export function FindingCounts() {
  const counts = useRead("/finding-counts", {});
  const environment = useEnvironment();
  const [search, setSearch] = useSearch();
  const open = (counts.data?.counts ?? []).filter(
    (one) => one.state === "open" && (environment === undefined || one.environment === environment),
  );
  return (
    <fieldset className="mw-counts">
      <legend className="mw-hidden">Open findings by severity</legend>
      {severities.map((severity) => {
        const count = open.filter((one) => one.severity === severity).reduce((sum, one) => sum + one.count, 0);
        const chosen = search["severity"] === severity;
        return (
          <button
            key={severity}
            type="button"
            aria-pressed={chosen}
            className="mw-card"
            onClick={() => setSearch({ severity: chosen ? undefined : severity })}
          >
            <strong>{counts.data === undefined ? "–" : count}</strong>
            <Severity of={severity} />
          </button>
        );
      })}
    </fieldset>
  );
}
