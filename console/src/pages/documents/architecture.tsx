import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import "../components/graph.css";
import "./documents.css";

type Environment = Reply<"/documents/architecture">["environments"][number];

const Picture = lazy(() =>
  import("../components/graph-picture.tsx").then(({ GraphPicture: picture }) => ({ default: picture })),
);
const pictureHeight = 440;

/** Each environment drawn, and in words what calls what and what keeps data. */
export function Architecture() {
  const chosen = useEnvironment();
  const architecture = useRead("/documents/architecture", {}, { everySeconds: 120 });
  return (
    <Loaded read={architecture} skeleton={<SkeletonCard height={pictureHeight + 200} />}>
      {({ environments }) => {
        const shown = environments.filter(({ environment }) => chosen === undefined || environment === chosen);
        return shown.length === 0 ? (
          <NotSetUp
            what={`The architecture of ${chosen ?? "the platform"}`}
            how="It is made from what a repository or a cluster deploys: name them under repositories and clusters in millwright.server.yaml. Nothing that was read deploys anything here."
            command="millwright source list"
          />
        ) : (
          shown.map((one) => <OneEnvironment key={one.environment} of={one} />)
        );
      }}
    </Loaded>
  );
}

function OneEnvironment({ of: { environment, components, calls, stores } }: { readonly of: Environment }) {
  const navigate = useNavigate();
  const graph = useRead("/graph", { query: { environment, alone: "false" } }, { everySeconds: 120 });
  const open = (of: string | undefined): void => {
    if (of !== undefined) void navigate({ to: "/components", search: { environment, tab: "graph", of } as never });
  };
  return (
    <Section title={environment}>
      <div className="mw-document">
        <div className="mw-document-picture">
          <Loaded read={graph} skeleton={<SkeletonCard height={pictureHeight} />}>
            {(found) =>
              found.nodes.length === 0 ? (
                <p className="mw-dim">Of no component here it is known what it needs: there is nothing to draw.</p>
              ) : (
                <Suspense fallback={<SkeletonCard height={pictureHeight} />}>
                  <Picture graph={found} height={pictureHeight} onChoose={open} />
                </Suspense>
              )
            }
          </Loaded>
        </div>
        <div className="mw-document-columns">
          <div>
            <h3>Components</h3>
            <ul>
              {components.map(({ name, version }) => (
                <li key={name}>
                  <RouteLink route={`/components/${encodeURIComponent(name)}`}>{name}</RouteLink>{" "}
                  <span className="mw-mono">{version ?? "version unknown"}</span>
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h3>Who needs whom</h3>
            {calls.length === 0 ? <p className="mw-dim">Nothing is known of it.</p> : undefined}
            <ul>
              {calls.map(({ from, to, why }) => (
                <li key={`${from}/${to}/${why}`}>
                  {from} → {to} <span className="mw-dim">{why}</span>
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h3>What keeps data</h3>
            {stores.length === 0 ? <p className="mw-dim">No store is known here.</p> : undefined}
            <ul>
              {stores.map(({ component, title, product, beside }) => (
                <li key={`${component}/${title}`}>
                  {component}: {title} ({product})
                  {beside.length === 0 ? undefined : (
                    <span className="mw-dim">
                      ; with it <Said text={beside.map(({ what }) => what).join(", ")} />
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </div>
        </div>
      </div>
    </Section>
  );
}
