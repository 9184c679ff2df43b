import { Counts } from "../../parts/counts.tsx";
import { Health } from "../../parts/health.tsx";
import { type ComponentHealth, kinds } from "./why.ts";

/** How many components are how; each number is a filter. */
export function HealthCounts({ of: components }: { readonly of: readonly ComponentHealth[] | undefined }) {
  return (
    <Counts
      label="Components by health"
      name="health"
      of={kinds.map((kind) => ({
        value: kind,
        count: components?.filter(({ health }) => health === kind).length,
        words: <Health of={kind} />,
      }))}
    />
  );
}
