import * as z from "zod";
import type { LabCluster } from "./kubernetes/index.ts";
import { environmentNames, type Platform } from "./platform.ts";
import { pause } from "./servers/children.ts";

const Synced = z.object({ operationState: z.object({ phase: z.enum(["Succeeded", "Failed", "Error"]) }) });

/**
 * Waits until every Application has been synced once, so that what faults are done to is there. Gives the environments that were not
 * ready within `patienceMs`: an Application that waits for something is no reason not to show the lab.
 */
export async function firstSyncs(
  { environments }: Pick<Platform, "environments">,
  patienceMs = 20_000,
): Promise<readonly string[]> {
  const waiting = (): readonly string[] => environmentNames.filter((name) => !isSynced(environments[name].cluster));
  for (let waited = 0; waited < patienceMs && waiting().length > 0; waited += 100) await pause(100);
  return waiting();
}

/** The Application of Applications makes the others in its own sync: there is never one alone for longer. */
function isSynced({ store }: Pick<LabCluster, "store">): boolean {
  const applications = store.all("Application");
  return applications.length > 1 && applications.every(({ status }) => Synced.safeParse(status).success);
}
