import { join } from "node:path";
import { complaintsOf } from "../stand-in/compare.ts";
import { readFixtures } from "../stand-in/fixtures.ts";

/**
 * Holds the fixtures of MLflow's core against a server: the stand-in or the real one, on a database that `fillMlflow` made with
 * size 3. Gives what differs, a line each; nothing when all is as written. Those that need a circumstance are passed over.
 */
export async function compareMlflow(url: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  const fixtures = readFixtures(join(import.meta.dirname, "fixtures"));
  for (const fixture of fixtures.filter(({ given, compared }) => given === undefined && compared !== undefined))
    complaints.push(...(await complaintsOf(url, fixture)));
  return complaints;
}
