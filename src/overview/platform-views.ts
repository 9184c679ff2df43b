import { sql } from "kysely";
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

/**
 * Reads and computes once a revision of the inventory what many ask for: at 10,000 components the rows alone take longer than
 * everything else. The revision is read first: what is written meanwhile is found by the next who asks.
 */
export function openPlatformViews(
  dependencies: Dependencies,
): (store: Store, visible: readonly string[] | undefined) => Promise<PlatformView> {
  let revision = "";
  const kept = new Map<string, Promise<PlatformView>>();
  return async (store, visible) => {
    const now = await revisionOf(store);
    if (now !== revision || kept.size > mostKept) kept.clear();
    revision = now;
    const sight = visible === undefined ? "*" : JSON.stringify(visible.toSorted());
    const before = kept.get(sight);
    if (before !== undefined) return before;
    const reading = instancesOf(store, visible).then((instances) => viewOf(dependencies, instances));
    kept.set(sight, reading);
    reading.catch(() => (kept.get(sight) === reading ? kept.delete(sight) : undefined));
    return reading;
  };
}

/** Rows are replaced, never changed: who wrote them (xmin) only grows, so that the sum is another one after each look. */
async function revisionOf(store: Store): Promise<string> {
  const { rows } = await sql<{ revision: string }>`
    select concat(count(*), '-', sum(xmin::text::bigint)) as revision from observed_component`.execute(store.tables());
  return rows[0]?.revision ?? "";
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
