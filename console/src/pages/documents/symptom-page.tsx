import { useParams } from "@tanstack/react-router";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { routeOf, type Symptom } from "./symptoms.ts";

/** One symptom: why it matters, where it shows now, and what to do. */
export function SymptomPage() {
  const { id = "" } = useParams({ strict: false });
  const found = useRead("/documents/troubleshooting", {}, { everySeconds: 60 });
  const symptom = found.data?.symptoms.find((one) => one.id === id);
  return (
    <Page
      title={symptom?.says ?? id}
      why={symptom?.why}
      cli="millwright document troubleshooting"
      back={{ to: "/documents", title: "Troubleshooting" }}
    >
      <Loaded read={found} skeleton={<SkeletonCard height={300} />}>
        {() =>
          symptom === undefined ? (
            <Empty title="There is no such symptom">It may have had another name before.</Empty>
          ) : (
            <Shown of={symptom} />
          )
        }
      </Loaded>
    </Page>
  );
}

const seenBy = { rule: "the findings of this rule", probe: "health", guide: "this line of the guides" } as const;

function Shown({ of: symptom }: { readonly of: Symptom }) {
  const { toDo, command, severity, about, now, sources, kind } = symptom;
  const isCommand = /^[a-z]+( |$)/.test(command);
  return (
    <>
      <Section title="What to do">
        <p style={{ margin: "0 0 10px", maxWidth: "85ch", whiteSpace: "pre-wrap" }}>
          <Said text={toDo} />
        </p>
        {isCommand ? <CliLine command={command} /> : <p style={{ margin: 0 }}>{command}</p>}
      </Section>
      <Section title="What it is">
        <Facts
          of={{
            "Shows now": now === undefined ? "no, as far as was looked" : <Said text={`${now.count}: ${now.where}`} />,
            "See it in": <RouteLink route={routeOf(symptom)}>{seenBy[kind]}</RouteLink>,
            Severity: severity === undefined ? undefined : <Severity of={severity} />,
            About: about,
            "Known from": sources.length === 0 ? undefined : sources.join("; "),
          }}
        />
      </Section>
    </>
  );
}
