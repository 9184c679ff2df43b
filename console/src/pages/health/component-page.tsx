import { Link, useParams } from "@tanstack/react-router";
import { useRead } from "../../api/use-read.ts";
import { optionsOf } from "../../parts/command.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Health } from "../../parts/health.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Time } from "../../parts/time.tsx";
import { useTab } from "../../state/use-search.ts";
import { Answers } from "./answers.tsx";
import { Changes } from "./changes.tsx";
import { ComponentCharts } from "./component-charts.tsx";
import { LogErrors } from "./log-errors.tsx";
import { type ComponentHealth, whyOf } from "./why.ts";

const tabs = [
  { id: "answers", title: "Answers", cli: "millwright observation list" },
  { id: "charts", title: "Charts", cli: "millwright series list" },
  { id: "history", title: "History", cli: "millwright observation history" },
  { id: "errors", title: "Log errors", cli: "millwright observation signatures" },
] as const;

/** One component in one environment: what each probe last said, what was measured, when it changed, what its log complains of. */
export function ComponentHealthPage() {
  const { environment = "", component = "" } = useParams({ strict: false });
  const health = useRead("/health", { query: { environment } });
  const tab = useTab(["answers", "charts", "history", "errors"]);
  const own = health.data?.components.find((one) => one.component === component);
  const verb = tabs.find(({ id }) => id === tab)?.cli;
  return (
    <Page
      title={`${component} in ${environment}`}
      why={own === undefined ? undefined : whyOf(own)}
      cli={verb === undefined ? verb : verb + optionsOf({ environment, component })}
      back={{ to: "/health", title: "Health" }}
    >
      <Loaded read={health} skeleton={<SkeletonCard height={150} />}>
        {() => <Summary of={own} component={component} />}
      </Loaded>
      <Tabs label="Parts of this component's health" tabs={tabs} current={tab} />
      {tab === "answers" ? <Answers {...{ environment, component }} /> : undefined}
      {tab === "charts" ? <ComponentCharts {...{ environment, component }} /> : undefined}
      {tab === "history" ? <Changes {...{ environment, component }} /> : undefined}
      {tab === "errors" ? <LogErrors at={environment} component={component} /> : undefined}
    </Page>
  );
}

function Summary({ of: own, component }: { readonly of: ComponentHealth | undefined; readonly component: string }) {
  if (own === undefined)
    return (
      <Section title="Health">
        <p style={{ margin: 0 }}>
          No probe asks {component} here: whether it is healthy is not known. Name it under <code>endpoints</code> in
          millwright.server.yaml (docs/health.md).
        </p>
      </Section>
    );
  const { health, system, causes, upkeep, answers, at, environment } = own;
  return (
    <Section title="Health">
      <Facts
        of={{
          Now: <Health of={health} />,
          "Look first at":
            causes.length === 0 ? undefined : (
              <>
                {causes.map((cause, index) => (
                  <span key={cause}>
                    {index === 0 ? "" : ", "}
                    <Link to={`/health/${encodeURIComponent(environment)}/${encodeURIComponent(cause)}`}>{cause}</Link>
                  </span>
                ))}
              </>
            ),
          "To be done":
            upkeep.length === 0 ? (
              "nothing"
            ) : (
              <Said text={upkeep.map(({ subject, evidence }) => `${subject}: ${evidence}`).join("; ")} />
            ),
          "Kind of software": system,
          "Last asked": (
            <>
              <Time at={at} show="both" />, {answers === 1 ? "1 answer" : `${answers} answers`}
            </>
          ),
        }}
      />
    </Section>
  );
}
