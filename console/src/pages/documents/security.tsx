import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { Empty } from "../../parts/empty.tsx";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { State } from "../../parts/state.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { Rights } from "./rights.tsx";
import { Writers } from "./writers.tsx";
import "./documents.css";

type SecurityReply = Reply<"/documents/security">;

/** What lies open first, then who could do harm, then what is due, then the rules that hold always. */
export function Security() {
  const security = useRead("/documents/security", {}, { everySeconds: 60 });
  const environment = useEnvironment();
  const here = (place: string | null | undefined): boolean =>
    environment === undefined || place === null || place === undefined || place === environment;
  return (
    <Loaded read={security} skeleton={<SkeletonCard height={640} />}>
      {({ exposed, writers, unseen, own, mode, cadences, rights, outward }) => (
        <>
          <Exposed of={exposed.filter((one) => here(one.environment))} />
          <Writers
            of={writers.filter((one) => here(one.environment))}
            unseen={unseen.filter(here)}
            own={own}
            mode={mode}
          />
          <Cadences of={cadences.filter((one) => here(one.environment))} />
          <Rights of={rights} />
          <Outward of={outward} />
        </>
      )}
    </Loaded>
  );
}

function Exposed({ of: exposed }: { readonly of: SecurityReply["exposed"] }) {
  if (exposed.length === 0)
    return (
      <Empty title="Nothing lies open, as far as was looked">
        No secret in clear, no certificate that ends, no software past its end, nobody who can write unseen. What was
        looked at stands under Settings.
      </Empty>
    );
  return (
    <Section title="What lies open">
      <SmallTable
        label="What lies open"
        rows={exposed}
        keyOf={({ id }) => id}
        stacks
        columns={[
          { title: "Severity", cell: ({ severity }) => <Severity of={severity} /> },
          {
            title: "What, and why",
            cell: ({ id, title, message }) => (
              <>
                <RouteLink route={`/findings/${id}`}>{title}</RouteLink>
                <div className="mw-dim">
                  <Said text={message} />
                </div>
              </>
            ),
          },
          { title: "Where", cell: ({ subject, environment }) => `${subject} · ${environment ?? "whole platform"}` },
          { title: "Since", cell: ({ since }) => <Time at={since} /> },
        ]}
      />
    </Section>
  );
}

function Cadences({ of: cadences }: { readonly of: SecurityReply["cadences"] }) {
  return (
    <Section title="Rotations, scans and reviews">
      {cadences.length === 0 ? (
        <p className="mw-dim">No duty of security is in force.</p>
      ) : (
        <SmallTable
          label="Rotations, scans and reviews"
          rows={cadences}
          keyOf={({ duty }) => duty}
          stacks
          columns={[
            { title: "Duty", cell: ({ duty, title }) => <RouteLink route={`/work/duties/${duty}`}>{title}</RouteLink> },
            { title: "How often", cell: ({ when }) => when },
            { title: "State", cell: ({ state }) => (state === "waiting" ? "not due" : <State of={state} />) },
            { title: "Due", cell: ({ dueAt }) => <Time at={dueAt} show="both" /> },
          ]}
        />
      )}
    </Section>
  );
}

function Outward({ of: outward }: { readonly of: SecurityReply["outward"] }) {
  return (
    <Section title="What leaves the machine">
      <div className="mw-document">
        <p>Only what is in this list, and only where it is configured. No usage figures, no reports of faults.</p>
        <SmallTable
          label="What leaves the machine"
          rows={outward}
          keyOf={({ id }) => id}
          stacks
          columns={[
            {
              title: "To",
              cell: ({ to, targets }) => (
                <>
                  <strong>{to}</strong>
                  <div className="mw-dim mw-mono">{targets?.join(", ")}</div>
                </>
              ),
            },
            {
              title: "Now",
              cell: ({ open }) =>
                open ? (
                  <Tag tone="blue" icon="check">
                    set up
                  </Tag>
                ) : (
                  <Tag tone="grey" icon="minus">
                    not set up
                  </Tag>
                ),
            },
            { title: "What is sent", cell: ({ sends }) => sends },
            { title: "Changes something there", cell: ({ writes }) => writes },
            { title: "Setting", cell: ({ setting }) => <span className="mw-mono">{setting}</span> },
          ]}
        />
        <p>
          Where secrets are kept, what uses them and when they were last used:{" "}
          <RouteLink route="/settings?tab=secrets">Settings</RouteLink>.
        </p>
      </div>
    </Section>
  );
}
