import { Link, useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { History, Sources } from "./finding-evidence.tsx";
import { Suppress } from "./suppress.tsx";

type Finding = Reply<"/findings/{id}">;

/** One finding: why it is one, what shows it, what to do, and what became of it. */
export function FindingPage() {
  const { id = "" } = useParams({ strict: false });
  const finding = useRead("/findings/{id}", { path: { id } });
  const { data } = finding;
  return (
    <Page
      title={data === undefined ? `Finding ${id}` : `${data.title}: ${data.subject}`}
      why={data === undefined ? undefined : <Said text={data.message} />}
      cli={finding.cli ?? command`millwright finding show ${id}`}
      back={{ to: "/findings", title: "Findings" }}
      actions={data?.state === "open" ? <Suppress id={id} /> : undefined}
    >
      <Loaded read={finding} skeleton={<SkeletonCard height={380} />}>
        {(found) => <Finding of={found} />}
      </Loaded>
    </Page>
  );
}

function Work({ of: { id, title, state } }: { readonly of: NonNullable<Finding["work"]> }) {
  return (
    <>
      <Link to={`/work/${id}`}>{title}</Link> <State of={state} />
    </>
  );
}

function Finding({ of: finding }: { readonly of: Finding }) {
  return (
    <>
      <Section title="What to do">
        <p style={{ margin: 0, maxWidth: "85ch", whiteSpace: "pre-wrap" }}>
          <Said text={finding.fix} />
        </p>
      </Section>
      <Section title="What it is">
        <Facts
          of={{
            Severity: <Severity of={finding.severity} />,
            State: <StateOf finding={finding} />,
            Environment: finding.environment ?? "the whole platform",
            Rule: (
              <Link to="/findings" search={{ rule: finding.rule } as never}>
                {finding.rule}
              </Link>
            ),
            "Work that mends it": finding.work === undefined ? undefined : <Work of={finding.work} />,
            "First seen": <Time at={finding.firstSeenAt} show="both" />,
            Where:
              finding.places.length === 0 ? undefined : (
                <>
                  {finding.places.map(({ file, line, column }) => (
                    <div key={`${file}:${line}:${column}`} className="mw-mono">
                      {file}:{line}:{column}
                    </div>
                  ))}
                </>
              ),
          }}
        />
      </Section>
      <Sources of={finding.sources} />
      <History of={finding.history} />
    </>
  );
}

function StateOf({ finding }: { readonly finding: Finding }) {
  const { state, stateSince, suppression, closedBy } = finding;
  return (
    <>
      <State of={state} /> since <Time at={stateSince} show="both" />
      {suppression === undefined ? undefined : `; suppressed until ${suppression.until}: ${suppression.reason}`}
      {closedBy === undefined ? undefined : `; closed by ${closedBy}`}
    </>
  );
}
