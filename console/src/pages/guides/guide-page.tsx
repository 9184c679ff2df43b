import { useParams } from "@tanstack/react-router";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { counted } from "../../parts/counted.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NextStep } from "../../parts/next-step.tsx";
import { Page } from "../../parts/page.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Time } from "../../parts/time.tsx";
import { Correction } from "./correction.tsx";
import { type GuideLine, neighbours } from "./guide-lines.ts";
import { GuideStateTag } from "./guide-state.tsx";
import "./guides.css";

/** One line of a guide: how it stands and why, what to do today, and what of ours does it. */
export function GuidePage() {
  const { id = "" } = useParams({ strict: false });
  const line = useRead("/guides/{id}", { path: { id } });
  const { data } = line;
  return (
    <Page
      title={data === undefined ? `Line ${id}` : `${data.id} ${data.says}`}
      why={data === undefined ? undefined : <Said text={data.why} />}
      cli={line.cli ?? command`millwright guide show ${id}`}
      back={{ to: "/guides", title: "Guides" }}
      actions={
        data === undefined || data.act.kind === "see" ? undefined : (
          <NextStep next={data.act} about={`${data.id} ${data.says}`} primary />
        )
      }
    >
      <Loaded read={line} skeleton={<SkeletonCard height={420} />}>
        {(found) => <Line of={found} />}
      </Loaded>
      {data === undefined ? undefined : <Around line={data} />}
    </Page>
  );
}

function Line({ of: line }: { readonly of: GuideLine }) {
  return (
    <>
      <Section title="How it stands">
        <Facts
          of={{
            State: <GuideStateTag of={line.state} />,
            Why: <Said text={line.why} />,
            "Last evidence": <LastEvidence line={line} />,
            Due: line.dueAt === undefined ? undefined : <Time at={line.dueAt} show="both" />,
            Against: line.against.length === 0 ? undefined : <Against line={line} />,
            Duties:
              line.duties.length === 0 ? undefined : (
                <Routes routes={line.duties.map((duty) => [duty, `/work/duties/${duty}`])} />
              ),
          }}
        />
      </Section>
      <Section title="What to do today">
        <div className="mw-guide-today">
          <CliLine command={line.today} />
          {line.typed === undefined ? undefined : (
            <div>
              <p className="mw-dim">
                As the guide has it{line.correction === undefined ? "" : ", which does not hold"}:
              </p>
              <CopyBlock text={line.typed} label="The command as the guide has it" />
            </div>
          )}
          {line.correction === undefined ? undefined : <Correction of={line.correction} />}
        </div>
      </Section>
      <Section title="Where it belongs">
        <Facts
          of={{
            Guide: line.guide === "A" ? "A: maintenance of the MLOps platform" : "B: maintenance of the infrastructure",
            Section: (
              <RouteLink route={`/guides?guide=${line.guide}&section=${encodeURIComponent(line.section)}`}>
                {line.section}
              </RouteLink>
            ),
            "A kind of": line.kind,
            "Of ours": `${byUs[line.byUs.kind] ?? line.byUs.kind}: ${line.byUs.what}`,
            Requirements: (
              <Routes
                routes={line.requirements.map((one) => [one, `/guides?requirement=${encodeURIComponent(one)}`])}
              />
            ),
            "Watched by":
              line.rules.length === 0 ? undefined : <span className="mw-mono">{line.rules.join(", ")}</span>,
          }}
        />
      </Section>
    </>
  );
}

const byUs: Readonly<Record<string, string>> = {
  "done-by": "a command does it",
  "in-kit": "the kit has it",
  "absent-by-design": "left out on purpose, in its place",
  open: "not yet; it comes with",
};

function LastEvidence({ line: { lastEvidence } }: { readonly line: GuideLine }) {
  if (lastEvidence === undefined) return <>none was ever recorded</>;
  const { at, text, entry } = lastEvidence;
  return (
    <>
      <Time at={at} show="both" />: {text}
      {entry === undefined ? undefined : (
        <>
          {" "}
          (<RouteLink route={`/journal/${entry}`}>entry {entry} of the journal</RouteLink>)
        </>
      )}
    </>
  );
}

function Against({ line: { against } }: { readonly line: GuideLine }) {
  return (
    <ul className="mw-guide-against">
      {against.map(({ rule, count }) => (
        <li key={rule}>
          <RouteLink route={`/findings?rule=${encodeURIComponent(rule)}`}>{counted(count, "finding")}</RouteLink> of{" "}
          <span className="mw-mono">{rule}</span>
        </li>
      ))}
    </ul>
  );
}

function Routes({ routes }: { readonly routes: readonly (readonly [name: string, route: string])[] }) {
  return (
    <span className="mw-guide-routes">
      {routes.map(([name, route]) => (
        <RouteLink key={name} route={route}>
          {name}
        </RouteLink>
      ))}
    </span>
  );
}

/** The lines before and after it in its section. */
function Around({ line }: { readonly line: GuideLine }) {
  const section = useRead("/guides", { query: { guide: line.guide, section: line.section } });
  const { before, after } = neighbours(section.data?.items ?? [], line.id);
  return (
    <nav className="mw-guide-around" aria-label="Lines beside this one">
      <span>
        {before === undefined ? undefined : (
          <RouteLink route={`/guides/${before.id}`}>← {`${before.id} ${before.says}`}</RouteLink>
        )}
      </span>
      <span>
        {after === undefined ? undefined : (
          <RouteLink route={`/guides/${after.id}`}>{`${after.id} ${after.says}`} →</RouteLink>
        )}
      </span>
    </nav>
  );
}
