import { environmentsOf } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import type { Instance } from "../overview/components.ts";
import { knownKey } from "../overview/known.ts";
import type { System, SystemStore } from "../systems/contract.ts";
import type { DependencyGraph } from "../upgrades/order.ts";
import { documentsKey } from "./service.ts";

/** A system's own data, and what belongs to a whole backup of it. */
export interface KeptStore {
  readonly component: string;
  readonly title: string;
  readonly product: string;
  readonly beside: SystemStore["beside"];
}

/** An environment as it is deployed: what runs, who needs whom and why, and what keeps data. */
export interface Architecture {
  readonly environment: string;
  readonly graph: DependencyGraph;
  readonly components: readonly Instance[];
  readonly stores: readonly KeptStore[];
}

/** One for each environment that the caller may see and that something is deployed in, in the configuration's order. */
export async function architectureOf({ store, principal, services }: RouteContext): Promise<readonly Architecture[]> {
  const known = services.need(knownKey);
  const { systems } = services.need(documentsKey);
  const view = await known.view(store, environmentsOf(principal, "viewer"));
  const named = known.platform().environments.map(({ name }) => name);
  const found = view.instances.flatMap(({ environment }) => environment ?? []);
  return [...new Set([...named.filter((name) => found.includes(name)), ...found.toSorted()])].map((environment) => {
    const components = view.instances.filter((one) => one.environment === environment);
    return {
      environment,
      graph: view.graph(environment, false).graph,
      components,
      stores: components.flatMap((component) => storesOf(component, systems)),
    };
  });
}

function storesOf({ name, system }: Instance, systems: readonly System[]): readonly KeptStore[] {
  const stores = systems.find(({ id }) => id === system)?.stores ?? [];
  return stores.map(({ title, product, beside }) => ({ component: name, title, product, beside }));
}
