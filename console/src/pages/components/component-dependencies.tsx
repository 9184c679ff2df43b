import type { Reply } from "../../api/types.ts";
import { Section } from "../../parts/facts.tsx";
import { RouteLink } from "../../parts/route-link.tsx";

type Component = Reply<"/components/{name}">;

/** What it needs, and what feels it when it is down or changed. */
export function Dependencies({ component: { name, needs, affects } }: { readonly component: Component }) {
  return (
    <div className="mw-beside">
      <Section title="It needs">
        {needs.length === 0 ? (
          <p className="mw-plain mw-dim">Nothing is known that it needs.</p>
        ) : (
          <ul className="mw-plain-list">
            {needs.map(({ id, title, why }) => (
              <li key={id}>
                <RouteLink route={graphOf(id)}>{title}</RouteLink> <span className="mw-dim">{why}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Blast radius: who feels it">
        {affects.length === 0 ? (
          <p className="mw-plain mw-dim">Nothing is known that would feel it.</p>
        ) : (
          <>
            <ul className="mw-plain-list">
              {affects.map(({ id, title, distance }) => (
                <li key={id}>
                  <RouteLink route={graphOf(id)}>{title}</RouteLink>{" "}
                  <span className="mw-dim">{distance === 1 ? "at once" : `over ${distance} steps`}</span>
                </li>
              ))}
            </ul>
            <p className="mw-plain">
              <RouteLink route={graphOf(name)}>See it drawn</RouteLink>
            </p>
          </>
        )}
      </Section>
    </div>
  );
}

function graphOf(of: string): string {
  return `/components?tab=graph&of=${encodeURIComponent(of)}`;
}
