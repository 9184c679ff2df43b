import { Kept } from "../store/kept.ts";
import type { Store } from "../store/store.ts";
import type { Dependencies } from "../upgrades/facts.ts";
import { type DependencyGraph, type OrderStep, upgradeOrder } from "../upgrades/order.ts";
import { componentsByNode, deployedGraph, platformGraph } from "../upgrades/platform-graph.ts";
import { type Instance, instancesOf } from "./components.ts";

/** A dependency graph with all that is told from it alone. */
export interface GraphView {
  readonly graph: DependencyGraph;
  readonly order: readonly OrderStep[];
  /** Node → the components that it stands for; only nodes that stand for one. */
  readonly byNode: ReadonlyMap<string, readonly Instance[]>;
}

/** What runs and is declared, as one caller may see it. Nothing of it changes before the inventory does. */
export interface PlatformView {
  readonly instances: readonly Instance[];
  /** Of one environment, across all when undefined; `whole`: the guides' platform, deployed here or not. */
  graph(environment: string | undefined, whole: boolean): GraphView;
}

/** Callers see all, or one of a few sets of environments. */
const mostKept = 16;

/** Reads and computes once after each write of the inventory what many ask for: 10,000 rows take longer than everything else. */
export function openPlatformViews(
  dependencies: Dependencies,
): (store: Store, visible: readonly string[] | undefined) => Promise<PlatformView> {
  const kept = new Kept<PlatformView>({ mostEntries: mostKept });
  return (store, visible) =>
    kept.get({
      key: visible === undefined ? "*" : JSON.stringify(visible.toSorted()),
      store,
      at: 0,
      make: async (snapshot) => viewOf(dependencies, await instancesOf(snapshot, visible)),
    });
}

function viewOf(dependencies: Dependencies, instances: readonly Instance[]): PlatformView {
  const graphs = new Map<string, GraphView>();
  return {
    instances,
    graph(environment, whole) {
      const here =
        environment === undefined ? instances : instances.filter((instance) => instance.environment === environment);
      // An environment that is not there is asked for by whoever types an address: it takes no room.
      const key = here.length === 0 ? `${whole}` : `${whole} ${environment ?? ""}`;
      const before = graphs.get(key);
      if (before !== undefined) return before;
      const graph = (whole ? platformGraph : deployedGraph)(dependencies, here);
      const made = { graph, order: upgradeOrder(graph), byNode: componentsByNode(dependencies, here) };
      graphs.set(key, made);
      return made;
    },
  };
}
