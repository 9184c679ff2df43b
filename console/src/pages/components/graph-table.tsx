import { Health } from "../../parts/health.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { type GraphNode, type GraphReply, healthOfNode, rolesOf } from "./graph-view.ts";

const words = { plain: "", focus: "chosen", affected: "feels it", apart: "feels nothing" } as const;

/** The same as the picture, for whoever cannot or will not look at one; in the order of upgrades. */
export function GraphTable({
  graph,
  onChoose,
}: {
  readonly graph: GraphReply;
  readonly onChoose: (id: string) => void;
}) {
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  const place = new Map(graph.order.flatMap(({ members }) => members).map((id, index) => [id, index]));
  const roles = rolesOf(graph);
  const named = (ids: readonly string[]): string => ids.map((id) => titles.get(id) ?? id).join(", ");
  return (
    <SmallTable<GraphNode>
      label="Components in the order of upgrades"
      rows={graph.nodes.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))}
      keyOf={({ id }) => id}
      columns={[
        {
          title: "Component",
          cell: ({ id, title, detail }) => (
            <div className="mw-why">
              <button type="button" className="mw-text-button" onClick={() => onChoose(id)}>
                {title}
              </button>
              <span className="mw-dim">{detail}</span>
            </div>
          ),
        },
        {
          title: graph.of === undefined ? "Health" : "Then",
          cell: (node) => {
            const health = healthOfNode(node);
            if (graph.of !== undefined) return words[roles.get(node.id) ?? "plain"];
            return health === undefined ? <span className="mw-dim">not asked</span> : <Health of={health} />;
          },
        },
        {
          title: "Needs",
          cell: ({ id }) => named(graph.edges.filter(({ from }) => from === id).map(({ to }) => to)) || "nothing known",
        },
        {
          title: "Needed by",
          cell: ({ id }) => named(graph.edges.filter(({ to }) => to === id).map(({ from }) => from)) || "nothing known",
        },
      ]}
    />
  );
}
