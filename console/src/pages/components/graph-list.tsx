import { Health } from "../../parts/health.tsx";
import { type GraphReply, healthOfNode, rolesOf } from "./graph-view.ts";

const words = { plain: "", focus: "chosen", affected: "feels it", apart: "" } as const;

/** The graph on a narrow screen: one component below the other, in the order of upgrades. */
export function GraphList(props: { readonly graph: GraphReply; readonly onChoose: (id: string | undefined) => void }) {
  const { graph, onChoose } = props;
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const roles = rolesOf(graph);
  const nodes = graph.order.flatMap(({ members }) => members).flatMap((id) => byId.get(id) ?? []);
  return (
    <ul className="mw-graph-list">
      {nodes.map((node) => {
        const role = roles.get(node.id) ?? "plain";
        const health = healthOfNode(node);
        const needs = graph.edges.filter(({ from }) => from === node.id).map(({ to }) => titles.get(to) ?? to);
        return (
          <li key={node.id} className="mw-card" data-role={role}>
            <button
              type="button"
              aria-pressed={role === "focus"}
              onClick={() => onChoose(role === "focus" ? undefined : node.id)}
            >
              <strong>{node.title}</strong>
              {health === undefined ? undefined : <Health of={health} />}
              {words[role] === "" ? undefined : <span>{words[role]}</span>}
            </button>
            <p className="mw-plain mw-dim">{node.detail}</p>
            <p className="mw-plain">{needs.length === 0 ? "Needs nothing known." : `Needs ${needs.join(", ")}.`}</p>
          </li>
        );
      })}
    </ul>
  );
}
