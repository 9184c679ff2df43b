import { InputError } from "../kernel/errors.ts";
import {
  type Affected,
  affectedByAny,
  blastRadius,
  type DependencyGraph,
  type GraphNode,
  type OrderStep,
  upgradeOrder,
} from "./order.ts";

/** How a node stands to the component in focus; without a focus all are plain. */
type Role = "plain" | "focus" | "affected" | "apart";

/** The role of every node, by id. Throws `InputError` for a focus that is not in the graph. */
export function rolesOf(graph: DependencyGraph, focus: readonly string[]): ReadonlyMap<string, Role> {
  if (focus.length === 0) return new Map(graph.nodes.map((node) => [node.id, "plain"]));
  const affected = new Set(affectedBy(graph, focus).map((one) => one.id));
  const roleOf = (id: string): Role => {
    if (focus.includes(id)) return "focus";
    return affected.has(id) ? "affected" : "apart";
  };
  return new Map(graph.nodes.map((node) => [node.id, roleOf(node.id)]));
}

/** What feels it when any of these is down or changed: near ones first, the nearest way to each. Throws `InputError` as `blastRadius`. */
export function affectedBy(graph: DependencyGraph, focus: readonly string[]): readonly Affected[] {
  const [only] = focus;
  return only !== undefined && focus.length === 1 ? blastRadius(graph, only) : affectedByAny(graph, focus);
}

/** The nodes of that name or, where there is none, all of that system. Throws `InputError` that names those there are. */
export function nodesNamed(name: string, graph: DependencyGraph): readonly string[] {
  const wanted = name.toLowerCase();
  const named = graph.nodes.filter(
    ({ id, title }) => [wanted, `component-${wanted}`].includes(id) || title.toLowerCase() === wanted,
  );
  const found = named.length > 0 ? named : graph.nodes.filter(({ system }) => system === wanted);
  if (found.length === 0) {
    const known = [
      ...new Set(graph.nodes.flatMap(({ id, system }) => [id, ...(system === undefined ? [] : [system])])),
    ];
    const shown =
      known.length > 40 ? `${known.slice(0, 40).join(", ")} and ${known.length - 40} more` : known.join(", ");
    throw new InputError(
      `There is no component "${name}". Known: ${shown || "none here; --platform takes the guides' whole platform"}.`,
    );
  }
  return found.map(({ id }) => id);
}

/** A graph with the order of upgrades and, for a focus, what feels it. */
export function graphView(
  graph: DependencyGraph,
  focus: readonly string[],
): {
  readonly graph: DependencyGraph;
  readonly order: readonly OrderStep[];
  readonly of?: readonly string[];
  readonly affected?: readonly Affected[];
} {
  const order = upgradeOrder(graph);
  return { graph, order, ...(focus.length === 0 ? {} : { of: focus, affected: affectedBy(graph, focus) }) };
}

/** The graph in Mermaid, arrows from what needs to what is needed. With a focus, what it affects is marked. */
export function graphAsMermaid(graph: DependencyGraph, focus: readonly string[] = []): string {
  const roles = rolesOf(graph, focus);
  const names = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  return [
    "flowchart TB",
    ...graph.nodes.map(
      (node) =>
        `  ${names.get(node.id)}["${mermaidText(labelText(node, "<br/>"))}"]${roles.get(node.id) === "plain" ? "" : `:::${roles.get(node.id)}`}`,
    ),
    ...knownEdges(graph).map(
      (edge) => `  ${names.get(edge.from)} -->|"${mermaidText(edge.why)}"| ${names.get(edge.to)}`,
    ),
    ...(focus.length === 0
      ? []
      : [
          "  classDef focus stroke-width:3px,font-weight:bold",
          "  classDef affected stroke-dasharray:4 2,stroke-width:2px",
          "  classDef apart opacity:0.4",
        ]),
    "",
  ].join("\n");
}

/** The graph in Graphviz' language. */
export function graphAsDot(graph: DependencyGraph, focus: readonly string[] = []): string {
  const roles = rolesOf(graph, focus);
  const looks = {
    plain: "",
    focus: ", penwidth=3",
    affected: ", style=bold",
    apart: ', color="gray", fontcolor="gray"',
  };
  return [
    "digraph platform {",
    "  rankdir=TB;",
    '  node [shape=box, fontname="sans-serif"];',
    ...graph.nodes.map(
      (node) =>
        `  ${dotText(node.id)} [label=${dotText(labelText(node, "\n"))}${looks[roles.get(node.id) ?? "plain"]}];`,
    ),
    ...knownEdges(graph).map(
      (edge) => `  ${dotText(edge.from)} -> ${dotText(edge.to)} [label=${dotText(edge.why)}, fontsize=9];`,
    ),
    "}",
    "",
  ].join("\n");
}

function knownEdges(graph: DependencyGraph) {
  const ids = new Set(graph.nodes.map((node) => node.id));
  return graph.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to));
}

function labelText(node: GraphNode, lineEnd: string): string {
  return node.detail === undefined ? node.title : `${node.title}${lineEnd}${node.detail}`;
}

/** Mermaid reads entities written with `#`; only our own line break may stay markup. */
function mermaidText(text: string): string {
  return text
    .split("<br/>")
    .map((part) =>
      part
        .replace(/[\r\n]+/g, " ")
        .replaceAll("#", "#35;")
        .replaceAll('"', "#quot;")
        .replaceAll("<", "#lt;")
        .replaceAll(">", "#gt;"),
    )
    .join("<br/>");
}

function dotText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/\r?\n/g, "\\n")}"`;
}
