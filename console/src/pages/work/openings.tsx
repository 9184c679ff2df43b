import { useRead } from "../../api/use-read.ts";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { State } from "../../parts/state.tsx";

/** The windows of each environment, and whether one is open. */
export function Openings() {
  const windows = useRead("/windows", {});
  return (
    <Section title="Windows">
      <Loaded read={windows} skeleton={<SkeletonLines lines={4} />}>
        {({ items }) => (
          <SmallTable
            label="Windows of each environment"
            rows={items}
            keyOf={({ environment }) => environment}
            stacks
            columns={[
              { title: "Environment", cell: ({ environment }) => environment },
              {
                title: "When",
                cell: ({ windows: rules }) => (rules.length === 0 ? "never: no window is named" : rules.join("; ")),
              },
              { title: "Now", cell: ({ isOpen }) => <State of={isOpen ? "open now" : "closed now"} /> },
              { title: "Next", cell: ({ next }) => next ?? <span className="mw-dim">none within a year</span> },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
