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

/** Node → what it needs, or with `backwards` what needs it: nodes of the graph only, in the order of its edges. */
function neighbours(graph: DependencyGraph, backwards = false): ReadonlyMap<string, readonly GraphEdge[]> {
  const found = new Map<string, GraphEdge[]>(graph.nodes.map(({ id }) => [id, []]));
  for (const edge of graph.edges) {
    const [here, there] = backwards ? [edge.to, edge.from] : [edge.from, edge.to];
    if (found.has(there)) found.get(here)?.push(edge);
  }
  return found;
}

/** Groups of components that all need each other, each group after everything it needs, else in the order of the nodes. */
function stronglyConnected(graph: DependencyGraph): readonly (readonly string[])[] {
  const needs = neighbours(graph);
  const groups = groupsOf(graph, needs);
  const groupOf = new Map(groups.flatMap((members, index) => members.map((id) => [id, index] as const)));
  const neededBy = groups.map(() => new Set<number>());
  const open = groups.map((members, index) => {
    const wanted = new Set(members.flatMap((id) => (needs.get(id) ?? []).map(({ to }) => groupOf.get(to) ?? index)));
    wanted.delete(index);
    for (const other of wanted) neededBy[other]?.add(index);
    return wanted.size;
  });
  return inOrder(open, neededBy).flatMap((index) => (groups[index] === undefined ? [] : [groups[index]]));
}

/** Numbers by their order, each once nothing that it waits for is left. Most wait for nothing: only the others are looked at again. */
function inOrder(waiting: number[], waits: readonly ReadonlySet<number>[]): readonly number[] {
  const ordered: number[] = [];
  const held = new Set(waiting.flatMap((count, index) => (count > 0 ? [index] : [])));
  const take = (index: number): void => {
    ordered.push(index);
    for (const other of waits[index] ?? []) waiting[other] = (waiting[other] ?? 0) - 1;
  };
  const takeHeldBefore = (end: number): void => {
    for (let free = firstFree(held, waiting, end); free !== undefined; free = firstFree(held, waiting, end)) {
      held.delete(free);
      take(free);
    }
  };
  for (let index = 0; index < waiting.length; index += 1) {
    takeHeldBefore(index);
    if (!held.has(index)) take(index);
  }
  takeHeldBefore(waiting.length);
  return ordered;
}

function firstFree(held: ReadonlySet<number>, waiting: readonly number[], end: number): number | undefined {
  for (const index of held) {
    if (index >= end) return undefined;
    if (waiting[index] === 0) return index;
  }
  return undefined;
}

/** Each node's group, the groups and their members in the order of the nodes. A node without needs or needers is a group of its own. */
function groupsOf(
  graph: DependencyGraph,
  needs: ReadonlyMap<string, readonly GraphEdge[]>,
): readonly (readonly string[])[] {
  const neededBy = neighbours(graph, true);
  const grouped = new Set<string>();
  return graph.nodes.flatMap(({ id }) => {
    if (grouped.has(id)) return [];
    const back = reachOf(id, neededBy, ({ from }) => from);
    const members =
      back.size === 1
        ? [id]
        : together(
            graph,
            back,
            reachOf(id, needs, ({ to }) => to),
            id,
          );
    for (const member of members) grouped.add(member);
    return [members];
  });
}

function together(
  graph: DependencyGraph,
  back: ReadonlySet<string>,
  forth: ReadonlySet<string>,
  id: string,
): readonly string[] {
  const both = new Set([...forth].filter((other) => back.has(other)));
  return both.size === 1 ? [id] : graph.nodes.flatMap((node) => (both.has(node.id) ? [node.id] : []));
}

/** All that is reached from `id`, itself included. */
function reachOf(
  id: string,
  edges: ReadonlyMap<string, readonly GraphEdge[]>,
  next: (edge: GraphEdge) => string,
): ReadonlySet<string> {
  const reached = new Set([id]);
  for (const here of reached) for (const edge of edges.get(here) ?? []) reached.add(next(edge));
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
  return affectedByAny(graph, [id]);
}

/** All that is affected by any of these and is none of them: the nearest first, each by the nearest way. */
export function affectedByAny(graph: DependencyGraph, ids: readonly string[]): readonly Affected[] {
  const neededBy = neighbours(graph, true);
  const affected: Affected[] = [];
  const seen = new Set(ids);
  let ring = ids;
  for (let distance = 1; ring.length > 0; distance += 1) {
    const next: string[] = [];
    for (const through of ring) {
      for (const { from, why } of neededBy.get(through) ?? []) {
        if (seen.has(from)) continue;
        seen.add(from);
        next.push(from);
        affected.push({ id: from, distance, through, why });
      }
    }
    ring = next;
  }
  return affected;
}
