import { useRead } from "../../api/use-read.ts";
import { Counts } from "../../parts/counts.tsx";
import { Severity } from "../../parts/severity.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { severities } from "./finding-filter.ts";

/** How many are open, by severity; each number is a filter. */
export function FindingCounts() {
  const counts = useRead("/finding-counts", {});
  const environment = useEnvironment();
  const open = counts.data?.counts.filter(
    (one) => one.state === "open" && (environment === undefined || one.environment === environment),
  );
  return (
    <Counts
      label="Open findings by severity"
      name="severity"
      of={severities.map((severity) => ({
        value: severity,
        count: open?.reduce((sum, one) => (one.severity === severity ? sum + one.count : sum), 0),
        words: <Severity of={severity} />,
      }))}
    />
  );
}
