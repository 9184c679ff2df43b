import { environmentsOf } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { standings } from "../observations/store-read.ts";
import { knownKey } from "../overview/known.ts";
import type { Symptom } from "./symptom.ts";

/** How often a symptom shows now, and the first place where it does. */
export interface Showing {
  readonly count: number;
  readonly where: string;
}

/** Symptom's id → where it shows now, of what the reader may see. One that is not here does not show, or cannot be seen. */
export async function showingNow({
  store,
  now,
  principal,
  services,
}: RouteContext): Promise<ReadonlyMap<Symptom["id"], Showing>> {
  const visible = environmentsOf(principal, "viewer");
  const open = await services.need(knownKey).openFindings(store, visible);
  const found = new Map<string, Showing>();
  for (const [rule, groups] of Map.groupBy(open, (group) => group.rule)) {
    const [worst] = groups;
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    if (worst !== undefined) found.set(`rule:${rule}`, { count, where: inPlace(worst.subject, worst.environment) });
  }
  const bad = await standings(store, now, { environments: visible, state: "unhealthy" });
  for (const [id, all] of Map.groupBy(bad, ({ system, probe }) => `probe:${system}:${probe}`)) {
    const [first] = all;
    if (first !== undefined)
      found.set(id, { count: all.length, where: `${inPlace(first.component, first.environment)}: ${first.evidence}` });
  }
  return found;
}

function inPlace(what: string, environment: string | null): string {
  return environment === null ? what : `${what} in ${environment}`;
}
