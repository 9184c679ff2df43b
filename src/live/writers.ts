import { grantsOf } from "../assess/hands.ts";
import type { LiveCluster } from "../assess/live.ts";
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from "../assess/types.ts";
import { type Fact, known } from "../kernel/fact.ts";
import type { LiveWriter } from "./facts.ts";

/** Who can change the platform without Git; known only where all roles and bindings could be read. */
export function writersIn(live: LiveCluster): Fact<readonly LiveWriter[]> {
  for (const type of [roles, roleBindings, clusterRoles, clusterRoleBindings]) {
    const list = live.of(type);
    if (list.kind === "unknown") return list;
  }
  const grants = [...grantsOf(live).values()].filter(({ powers }) => powers.size > 0);
  return known(
    grants.map(({ kind, name, powers, places, bindings }) => ({
      kind,
      name,
      powers: [...powers],
      places: [...places].toSorted(),
      bindings: [...bindings].toSorted(),
    })),
    live.label,
  );
}
