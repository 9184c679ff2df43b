import { useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { Dependencies } from "./component-dependencies.tsx";
import { ComponentFindings } from "./component-findings.tsx";
import { Happenings } from "./component-happenings.tsx";
import { Instances } from "./component-instances.tsx";
import { ComponentPins } from "./component-pins.tsx";
import { whyOf } from "./component-words.ts";
import "./components.css";

type Component = Reply<"/components/{name}">;

/** One component: what runs where, how it is, how far behind, what is wrong, whom it takes with it, and what was done with it. */
export function ComponentPage() {
  const { name = "" } = useParams({ strict: false });
  const component = useRead("/components/{name}", { path: { name } });
  const { data } = component;
  return (
    <Page
      title={name}
      why={data === undefined ? undefined : whyOf(data)}
      cli={component.cli ?? command`millwright component show ${name}`}
      back={{ to: "/components", title: "Components" }}
      actions={<RouteLink route={`/components?tab=graph&of=${encodeURIComponent(name)}`}>Who needs it</RouteLink>}
    >
      <Loaded read={component} skeleton={<Waiting />}>
        {(found) => <Shown component={found} />}
      </Loaded>
    </Page>
  );
}

function Shown({ component }: { readonly component: Component }) {
  const environment = useEnvironment();
  const here = (of: { readonly environment: string | null }): boolean =>
    environment === undefined || of.environment === null || of.environment === environment;
  return (
    <>
      <Instances instances={component.instances.filter(here)} />
      <h2 className="mw-part">What is wrong</h2>
      <ComponentFindings findings={component.findings.filter(here)} />
      <h2 className="mw-part">Where its versions are fixed, and how far behind they are</h2>
      <ComponentPins pins={component.pins.filter(here)} />
      <h2 className="mw-part">Dependencies</h2>
      <Dependencies component={component} />
      <h2 className="mw-part">What was done with it</h2>
      <Happenings work={component.work.filter(here)} runs={component.runs.filter(here)} journal={component.journal} />
    </>
  );
}

function Waiting() {
  return (
    <>
      <SkeletonCard height={150} />
      <SkeletonCard height={260} />
      <SkeletonCard height={200} />
    </>
  );
}
