import type { Component } from "../platform/pin.ts";
import type { Dependencies } from "./facts.ts";
import type { DependencyGraph, GraphNode } from "./order.ts";

/**
 * The dependency graph of what a repository deploys, and of what that needs: nodes that only are needed are marked, since the
 * platform needs them wherever they come from. A component that the guides' platform does not have stands alone.
 */
export function deployedGraph(dependencies: Dependencies, components: readonly Component[]): DependencyGraph {
  const whole = platformGraph(dependencies, components);
  const present = new Set(componentsByNode(dependencies, components).keys());
  const needed = new Set(present);
  for (const id of needed) for (const edge of whole.edges) if (edge.from === id) needed.add(edge.to);
  const isOfPlatform = new Set(dependencies.nodes.map(({ id }) => id));
  return {
    nodes: whole.nodes
      .filter(({ id }) => !isOfPlatform.has(id) || needed.has(id))
      .map((node) =>
        isOfPlatform.has(node.id) && !present.has(node.id)
          ? { ...node, detail: "not in this repository", outside: true }
          : node,
      ),
    edges: whole.edges.filter(({ from, to }) => needed.has(from) && needed.has(to)),
    inCycle: whole.inCycle,
  };
}

/**
 * The dependency graph of the guides' whole platform with what a repository deploys written into it; a component that it does
 * not have stands alone.
 */
export function platformGraph(dependencies: Dependencies, components: readonly Component[]): DependencyGraph {
  const byNode = componentsByNode(dependencies, components);
  const known = dependencies.nodes.map((node): GraphNode => {
    const detail = detailOf(byNode.get(node.id) ?? []);
    const { id, title, kind, system } = node;
    return { id, title, kind, system, ...(detail === "" ? {} : { detail }) };
  });
  const isKnown = new Set(dependencies.nodes.map(({ id }) => id));
  const alone = [...byNode].flatMap(([id, members]): readonly GraphNode[] => {
    const [one] = members;
    if (one === undefined || isKnown.has(id)) return [];
    const detail = detailOf(members);
    const system = members.find((member) => member.system !== null)?.system ?? null;
    return [
      {
        id,
        title: one.name,
        kind: "component",
        ...(system === null ? {} : { system }),
        ...(detail === "" ? {} : { detail }),
      },
    ];
  });
  return { nodes: [...known, ...alone], edges: dependencies.edges, inCycle: dependencies.inCycle };
}

/** Node of these graphs → the components that it stands for; only nodes that stand for one. In one pass, however many there are. */
export function componentsByNode<C extends Component>(
  dependencies: Dependencies,
  components: readonly C[],
): ReadonlyMap<string, readonly C[]> {
  const ofSystem = Map.groupBy(dependencies.nodes, ({ system }) => system);
  const found = new Map<string, C[]>();
  for (const component of components) {
    const candidates = component.system === null ? [] : (ofSystem.get(component.system) ?? []);
    const nodes = candidates.length < 2 ? candidates : candidates.filter((node) => isOwnedBy(component, node));
    for (const id of nodes.length === 0 ? [`component-${component.name}`] : nodes.map((node) => node.id)) {
      const own = found.get(id);
      if (own === undefined) found.set(id, [component]);
      else own.push(component);
    }
  }
  return found;
}

/** Two nodes may be of one system (PostgreSQL for GitLab and for MLflow): the component's name decides then. */
function isOwnedBy(component: Component, node: Dependencies["nodes"][number]): boolean {
  const owner = node.id.slice(node.id.lastIndexOf("-") + 1);
  return `${component.name} ${component.namespace ?? ""}`.toLowerCase().includes(owner);
}

/** Versions, each with the environments that run it: `19.4.1 in staging, production; 19.3.0 in development`. */
function detailOf(components: readonly Component[]): string {
  const texts = [...Map.groupBy(components, ({ version }) => version ?? "version unknown")].map(
    ([version, members]) => {
      const environments = [...new Set(members.flatMap(({ environment }) => environment ?? []))];
      return environments.length === 0 ? version : `${version} in ${environments.join(", ")}`;
    },
  );
  return texts.join("; ");
}
