import type { Component } from "../platform/pin.ts";
import type { Dependencies } from "./facts.ts";
import type { DependencyGraph, GraphNode } from "./order.ts";

/**
 * The dependency graph of what a repository deploys, and of what that needs: nodes that only are needed are marked, since the
 * platform needs them wherever they come from. A component that the guides' platform does not have stands alone.
 */
export function deployedGraph(dependencies: Dependencies, components: readonly Component[]): DependencyGraph {
  const whole = platformGraph(dependencies, components);
  const present = new Set(
    dependencies.nodes
      .filter((node) => components.some((component) => isInstanceOf(component, node, dependencies)))
      .map(({ id }) => id),
  );
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
  const known = dependencies.nodes.map((node): GraphNode => {
    const detail = detailOf(components.filter((component) => isInstanceOf(component, node, dependencies)));
    const { id, title, kind, system } = node;
    return { id, title, kind, system, ...(detail === "" ? {} : { detail }) };
  });
  const others = components.filter(
    (component) => !dependencies.nodes.some((node) => isInstanceOf(component, node, dependencies)),
  );
  const alone = [...Map.groupBy(others, ({ name }) => name)].map(([name, members]): GraphNode => {
    const detail = detailOf(members);
    const system = members.find((member) => member.system !== null)?.system ?? null;
    return {
      id: `component-${name}`,
      title: name,
      kind: "component",
      ...(system === null ? {} : { system }),
      ...(detail === "" ? {} : { detail }),
    };
  });
  return { nodes: [...known, ...alone], edges: dependencies.edges, inCycle: dependencies.inCycle };
}

/** The components that a node of these graphs stands for. */
export function componentsOf(
  node: GraphNode,
  dependencies: Dependencies,
  components: readonly Component[],
): readonly Component[] {
  const known = dependencies.nodes.find(({ id }) => id === node.id);
  return known === undefined
    ? components.filter(({ name }) => `component-${name}` === node.id)
    : components.filter((component) => isInstanceOf(component, known, dependencies));
}

/** Two nodes may be of one system (PostgreSQL for GitLab and for MLflow): the component's name decides then. */
function isInstanceOf(component: Component, node: Dependencies["nodes"][number], { nodes }: Dependencies): boolean {
  if (component.system === null || component.system !== node.system) return false;
  const siblings = nodes.filter((other) => other.system === node.system);
  if (siblings.length === 1) return true;
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
