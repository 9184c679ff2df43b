import type { Component } from "../platform/pin.ts";
import type { Dependencies } from "./facts.ts";
import type { DependencyGraph, GraphNode } from "./order.ts";

/**
 * The dependency graph of the guides' platform with what a repository deploys written into it. Nodes whose system the
 * repository does not deploy stay, since the platform needs them wherever they come from; a component of another system
 * stands alone.
 */
export function platformGraph(dependencies: Dependencies, components: readonly Component[]): DependencyGraph {
  const known = dependencies.nodes.map((node): GraphNode => {
    const detail = detailOf(components.filter((component) => isInstanceOf(component, node, dependencies)));
    return { id: node.id, title: node.title, kind: node.kind, ...(detail === "" ? {} : { detail }) };
  });
  const systems = new Set(dependencies.nodes.map((node) => node.system));
  const others = new Map<string, Component[]>();
  for (const component of components) {
    if (component.system !== null && systems.has(aliasOf(component.system))) continue;
    others.set(component.name, [...(others.get(component.name) ?? []), component]);
  }
  const alone = [...others].map(([name, members]): GraphNode => {
    const detail = detailOf(members);
    return { id: `component-${name}`, title: name, kind: "component", ...(detail === "" ? {} : { detail }) };
  });
  return { nodes: [...known, ...alone], edges: dependencies.edges, inCycle: dependencies.inCycle };
}

/** Two nodes may be of one system (PostgreSQL for GitLab and for MLflow): the component's name decides then. */
function isInstanceOf(component: Component, node: Dependencies["nodes"][number], { nodes }: Dependencies): boolean {
  if (component.system === null || aliasOf(component.system) !== node.system) return false;
  const siblings = nodes.filter((other) => other.system === node.system);
  if (siblings.length === 1) return true;
  const owner = node.id.slice(node.id.lastIndexOf("-") + 1);
  return `${component.name} ${component.namespace ?? ""}`.toLowerCase().includes(owner);
}

/** Systems are named as their folders are; the upgrade facts write Argo CD as its project does. */
function aliasOf(system: string): string {
  return system === "argocd" ? "argo-cd" : system;
}

function detailOf(components: readonly Component[]): string {
  const texts = components.map(({ version, environment }) =>
    [version ?? "version unknown", environment].filter((part) => part !== null).join(" in "),
  );
  return [...new Set(texts)].join(", ");
}
