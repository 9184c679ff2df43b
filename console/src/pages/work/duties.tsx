import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { type CalendarEntry, dutyOf } from "./calendar-days.ts";

type Duty = Reply<"/duties">["items"][number];

/** The duties that are owed, and those of the time on screen, each with what proves it and the way to say that it was done. */
export function Duties(props: {
  readonly environment: string | undefined;
  /** What the calendar shows. */
  readonly entries: readonly CalendarEntry[];
}) {
  const { environment, entries } = props;
  const onScreen = new Set(entries.map(dutyOf));
  const duties = useRead("/duties", {});
  return (
    <Section title="Duties">
      <Loaded read={duties} skeleton={<SkeletonLines lines={6} />}>
        {({ items }) => {
          const shown = items
            .filter((duty) => environment === undefined || duty.environment === environment)
            .filter(({ id, state }) => state !== "waiting" || onScreen.has(id));
          return shown.length === 0 ? (
            <p className="mw-dim">None is owed, and none comes up in the time on screen.</p>
          ) : (
            <DutyTable duties={shown} />
          );
        }}
      </Loaded>
    </Section>
  );
}

function DutyTable({ duties }: { readonly duties: readonly Duty[] }) {
  return (
    <SmallTable
      label="Duties"
      stacks
      rows={duties}
      keyOf={({ id }) => id}
      columns={[
        {
          title: "State",
          cell: ({ state }) => (state === "waiting" ? <span className="mw-dim">not due</span> : <State of={state} />),
        },
        {
          title: "What, and how often",
          cell: ({ id, title, when }) => (
            <div className="mw-two" id={`duty-${id}`}>
              <strong>{title}</strong>
              <span>
                <Said text={when} />
              </span>
            </div>
          ),
        },
        {
          title: "Environment",
          cell: ({ environment }) => environment ?? <span className="mw-dim">whole platform</span>,
        },
        { title: "Due", cell: ({ dueAt }) => <Time at={dueAt} /> },
        { title: "What proves it", cell: ({ evidence }) => evidence },
        { title: "", cell: (duty) => <Complete duty={duty} /> },
      ]}
    />
  );
}

function Complete({ duty }: { readonly duty: Duty }) {
  const complete = useWrite("post", "/duties/{id}/complete");
  if (duty.byItself) return <span className="mw-dim">by itself</span>;
  return (
    <ConfirmSaying
      action="Record it"
      label="What proves it"
      hint={duty.evidence}
      least={10}
      effect="own"
      needs="operator"
      environment={duty.environment}
      send={(text) => complete.send({ path: { id: duty.id }, body: { evidence: text, links: [] } })}
      write={complete}
      cli={(text) => command`millwright duty complete ${duty.id} --evidence ${text || "…"}`}
    >
      <p style={{ margin: 0 }}>
        <strong>{duty.title}</strong>
      </p>
      <ol style={{ margin: 0, paddingLeft: 20 }}>
        {duty.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </ConfirmSaying>
  );
}
