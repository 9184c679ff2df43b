import { InputError } from "../kernel/errors.ts";

/** A component of the platform, or a kind of it. `detail` stands under its title: a version, an environment. */
export interface GraphNode {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly detail?: string;
  /** The id of the system it is of. */
  readonly system?: string;
  /** Something needs it, and what was looked at does not deploy it. */
  readonly outside?: true;
}

/** `from` needs `to`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface DependencyGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Inside a cycle: which of two goes first. */
  readonly inCycle: readonly { readonly first: string; readonly next: string; readonly why: string }[];
}

/** What is upgraded together in time: one component, or those of a cycle in the order to take them. */
export interface OrderStep {
  readonly members: readonly string[];
  readonly isCycle: boolean;
  /** Why the members of a cycle stand in this order; empty for a single one. */
  readonly why: readonly string[];
}

/**
 * The order of upgrades: what others need comes first; components that need each other are one step. Among those that are
 * free the order of the nodes decides, so the answer is always the same.
 */
export function upgradeOrder(graph: DependencyGraph): readonly OrderStep[] {
  return stronglyConnected(graph).map((members) => {
    const hints = graph.inCycle.filter((hint) => members.includes(hint.first) && members.includes(hint.next));
    return {
      members: members.length === 1 ? members : inHintedOrder(members, hints),
      isCycle: members.length > 1,
      why: members.length > 1 ? hints.map((hint) => hint.why) : [],
    };
  });
}

function inHintedOrder(
  members: readonly string[],
  hints: readonly { readonly first: string; readonly next: string }[],
): readonly string[] {
  const left = [...members];
  const ordered: string[] = [];
  while (left.length > 0) {
    const free = left.findIndex((id) => !hints.some((hint) => hint.next === id && left.includes(hint.first)));
    ordered.push(...left.splice(Math.max(0, free), 1));
  }
  return ordered;
}

/** Groups of components that all need each other, each group after everything it needs, else in the order of the nodes. */
function stronglyConnected(graph: DependencyGraph): readonly (readonly string[])[] {
  const reach = new Map(graph.nodes.map((node) => [node.id, reachOf(graph, node.id)]));
  const groups = new Map<string, readonly string[]>();
  for (const { id } of graph.nodes) {
    const together = graph.nodes
      .map((node) => node.id)
      .filter((other) => reach.get(id)?.has(other) && reach.get(other)?.has(id));
    groups.set(id, together);
  }
  const left = [...new Set([...groups.values()].map((group) => group[0] ?? ""))];
  const done = new Set<string>();
  const ordered: (readonly string[])[] = [];
  while (left.length > 0) {
    const isFree = (first: string) =>
      [...(reach.get(first) ?? [])].every((id) => done.has(id) || groups.get(first)?.includes(id));
    const [first = ""] = left.splice(Math.max(0, left.findIndex(isFree)), 1);
    const group = groups.get(first) ?? [];
    for (const id of group) done.add(id);
    ordered.push(group);
  }
  return ordered;
}

/** All that `id` needs, itself included. */
function reachOf(graph: DependencyGraph, id: string): ReadonlySet<string> {
  const known = new Set(graph.nodes.map((node) => node.id));
  const reached = new Set([id]);
  for (const here of reached) {
    for (const edge of graph.edges) if (edge.from === here && known.has(edge.to)) reached.add(edge.to);
  }
  return reached;
}

/** A component that feels it when another is down or changed. */
export interface Affected {
  readonly id: string;
  /** 1: it needs the component itself; 2: it needs one that does … */
  readonly distance: number;
  /** The component through which it is affected, and why it needs that one. */
  readonly through: string;
  readonly why: string;
}

/** All that is affected by `id`, the nearest first. Throws `InputError` for a component that is not in the graph. */
export function blastRadius(graph: DependencyGraph, id: string): readonly Affected[] {
  if (!graph.nodes.some((node) => node.id === id)) {
    throw new InputError(
      `No component ${JSON.stringify(id)} in the graph. It has: ${graph.nodes.map((node) => node.id).join(", ")}.`,
    );
  }
  const affected: Affected[] = [];
  const seen = new Set([id]);
  let ring = [id];
  for (let distance = 1; ring.length > 0; distance += 1) {
    const next: string[] = [];
    for (const through of ring) {
      for (const edge of graph.edges) {
        if (edge.to !== through || seen.has(edge.from)) continue;
        seen.add(edge.from);
        next.push(edge.from);
        affected.push({ id: edge.from, distance, through, why: edge.why });
      }
    }
    ring = next;
  }
  return affected;
}
