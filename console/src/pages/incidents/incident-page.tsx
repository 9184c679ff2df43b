import { Link, useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { JournalEntries } from "../../parts/journal-entries.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Severity } from "../../parts/severity.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { State } from "../../parts/state.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { IncidentActions } from "./incident-actions.tsx";
import { lastedText, whyOf } from "./incident-words.ts";
import { ReviewShown } from "./review-shown.tsx";
import { Timeline } from "./timeline.tsx";

export type WholeIncident = Reply<"/incidents/{id}">;

/** One incident: who has it in hand, what happened when, what stands against closing it. */
export function IncidentPage() {
  const { id = "" } = useParams({ strict: false });
  const incident = useRead("/incidents/{id}", { path: { id: Number(id) } }, { everySeconds: 15 });
  const { data } = incident;
  return (
    <Page
      title={data === undefined ? `Incident ${id}` : data.title}
      why={data === undefined ? undefined : `Incident ${data.id}: ${whyOf(data)}.`}
      cli={incident.cli ?? command`millwright incident show ${id}`}
      back={{ to: "/incidents", title: "Incidents" }}
      actions={data === undefined ? undefined : <IncidentActions incident={data} etag={incident.etag} />}
    >
      <Loaded read={incident} skeleton={<SkeletonCard height={420} />}>
        {(found) => <Whole incident={found} />}
      </Loaded>
    </Page>
  );
}

function Whole({ incident }: { readonly incident: WholeIncident }) {
  return (
    <>
      <Closing incident={incident} />
      <About incident={incident} />
      <Timeline of={incident.timeline} />
      <Alerts of={incident.alerts} />
      {incident.review === undefined ? undefined : <ReviewShown review={incident.review} />}
      <JournalEntries link={`incident=${incident.id}`} />
    </>
  );
}

/** What is still owed, once what was wrong is over. */
function Closing({ incident: { state, closingBlockers } }: { readonly incident: WholeIncident }) {
  if (state !== "resolved") return undefined;
  return (
    <Section title="May it be closed?">
      {closingBlockers.length === 0 ? (
        <Tag tone="green" icon="check">
          yes, nothing is left to be done
        </Tag>
      ) : (
        <>
          <Tag tone="orange" icon="pause">
            not yet
          </Tag>
          <ul style={{ margin: "8px 0 0", paddingLeft: 18 }}>
            {closingBlockers.map((blocker) => (
              <li key={blocker}>{blocker}</li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function About({ incident }: { readonly incident: WholeIncident }) {
  const now = useNow();
  const { environment, component, ledBy, acknowledgedAt, wellSince, resolvedAt, closedAt, reviewDueAt } = incident;
  return (
    <Section title="What it is">
      <Facts
        of={{
          State: <State of={incident.state} />,
          Severity: <Severity of={incident.severity} />,
          Kind: incident.kind,
          Environment: environment ?? "the whole platform",
          Component: component === undefined ? undefined : <Link to={`/components/${component}`}>{component}</Link>,
          Began: <Time at={incident.beganAt} show="both" />,
          Opened: (
            <>
              <Time at={incident.openedAt} show="both" /> by {incident.openedBy.name}
            </>
          ),
          "In hand":
            acknowledgedAt === undefined ? "nobody has it yet" : <InHand by={ledBy?.name} at={acknowledgedAt} />,
          "Well again": wellSince === undefined ? undefined : <Time at={wellSince} show="both" />,
          Over: resolvedAt === undefined ? undefined : <Time at={resolvedAt} show="both" />,
          Lasted: `${lastedText(incident, now)}${resolvedAt === undefined ? " so far" : ""}`,
          "Review is due":
            reviewDueAt === undefined || incident.review !== undefined ? undefined : (
              <Time at={reviewDueAt} show="both" />
            ),
          Closed: closedAt === undefined ? undefined : <Time at={closedAt} show="both" />,
        }}
      />
    </Section>
  );
}

function InHand({ by, at }: { readonly by: string | undefined; readonly at: string }) {
  return (
    <>
      {by ?? "somebody"}, since <Time at={at} show="both" />
    </>
  );
}

function Alerts({ of: alerts }: { readonly of: WholeIncident["alerts"] }) {
  if (alerts.length === 0) return undefined;
  return (
    <Section title="Alerts of it">
      <SmallTable
        label="Alerts"
        rows={alerts}
        keyOf={({ fingerprint }) => fingerprint}
        stacks
        columns={[
          {
            title: "State",
            cell: ({ status }) => (
              <Tag tone={status === "firing" ? "red" : "green"} icon={status === "firing" ? "incidents" : "check"}>
                {status}
              </Tag>
            ),
          },
          { title: "Since", cell: ({ startsAt }) => <Time at={startsAt} show="both" /> },
          {
            title: "What",
            cell: ({ labels }) => (
              <span className="mw-mono">
                {Object.entries(labels)
                  .map(([name, value]) => `${name}=${value}`)
                  .join(" ")}
              </span>
            ),
          },
        ]}
      />
    </Section>
  );
}
