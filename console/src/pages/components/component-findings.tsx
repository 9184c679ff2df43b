import type { Reply } from "../../api/types.ts";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";

type Finding = Reply<"/components/{name}">["findings"][number];

/** What is wrong with it, worst first. */
export function ComponentFindings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return <p className="mw-plain mw-dim">No open finding names it, as far as was looked.</p>;
  return (
    <SmallTable<Finding>
      label="Open findings"
      rows={findings}
      stacks
      keyOf={({ id }) => id}
      columns={[
        { title: "Severity", cell: ({ severity }) => <Severity of={severity} /> },
        {
          title: "Finding, and why",
          cell: ({ id, title, message }) => (
            <div className="mw-why">
              <RouteLink route={`/findings/${id}`}>{title}</RouteLink>
              <span className="mw-dim">
                <Said text={message} />
              </span>
            </div>
          ),
        },
        { title: "Environment", cell: ({ environment }) => environment ?? "whole platform" },
        { title: "Since", cell: ({ since }) => <Time at={since} /> },
      ]}
    />
  );
}
