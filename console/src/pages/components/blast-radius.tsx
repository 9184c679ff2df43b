import { Section } from "../../parts/facts.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import type { GraphNode, GraphReply } from "./graph-view.ts";

/** What is chosen, what runs where, what it needs, and who feels it, near ones first. */
export function BlastRadius({ graph }: { readonly graph: GraphReply }) {
  const { of, affected = [], nodes, edges } = graph;
  if (of === undefined) return undefined;
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  const chosen = nodes.filter(({ id }) => of.includes(id));
  const needs = edges.filter(({ from }) => of.includes(from));
  return (
    <aside className="mw-blast">
      <Section title={chosen.map(({ title }) => title).join(", ")}>
        {chosen.map((node) => (
          <Deployed key={node.id} node={node} />
        ))}
        <h3>{affected.length === 0 ? "Nobody known feels it" : `Feels it when it is down: ${affected.length}`}</h3>
        <ul className="mw-plain-list">
          {affected.map(({ id, distance, through, why }) => (
            <li key={id}>
              <strong>{titles.get(id) ?? id}</strong>{" "}
              <span className="mw-dim">
                {distance === 1 ? "at once" : `over ${titles.get(String(through)) ?? String(through)}`}
                {typeof why === "string" ? `: ${why}` : ""}
              </span>
            </li>
          ))}
        </ul>
        <h3>{needs.length === 0 ? "Nothing known that it needs" : "It needs"}</h3>
        <ul className="mw-plain-list">
          {needs.map(({ from, to, why }) => (
            <li key={`${from} ${to}`}>
              <strong>{titles.get(to) ?? to}</strong> <span className="mw-dim">{why}</span>
            </li>
          ))}
        </ul>
      </Section>
    </aside>
  );
}

function Deployed({ node: { components, outside } }: { readonly node: GraphNode }) {
  if (outside === true || components.length === 0)
    return <p className="mw-plain mw-dim">Nothing that was looked at deploys it.</p>;
  return (
    <ul className="mw-plain-list">
      {components.map(({ name, environment, version, health }) => (
        <li key={`${name} ${environment}`}>
          <RouteLink route={`/components/${encodeURIComponent(name)}`}>{name}</RouteLink>{" "}
          <span className="mw-dim">
            {version ?? "version not known"} in {environment ?? "no named environment"}
            {health === undefined ? "" : `, ${health}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
