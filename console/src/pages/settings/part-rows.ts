import type { Reply } from "../../api/types.ts";

export type PartItem = Reply<"/settings">["parts"][number]["items"][number];

/** What answers under one name, and in which environments. */
export interface PartRow {
  readonly component: string;
  readonly system: string;
  readonly environments: readonly string[];
}

/** A line a component, as they came; one that is another system elsewhere has a line for each. */
export function rowsOf(items: readonly PartItem[]): readonly PartRow[] {
  const groups = Map.groupBy(items, ({ component, system }) => JSON.stringify([component, system]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { component, system } = first;
    return { component, system, environments: group.map(({ environment }) => environment) };
  });
}
