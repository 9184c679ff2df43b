import { fillMlflow } from "../../lab/databases/mlflow.ts";
import { compareMlflow } from "../../lab/mlflow/contract.ts";
import { walkJourneys } from "./contract-journey.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";
import { noRealMlflow, realMlflow, realMlflowVersion, whileMlflowServes } from "./real-mlflow.ts";

/** The fixtures of the stand-in against MLflow from Python's index, on a database as the lab fills it. */
export async function holdMlflow(options: ContractOptions, makeDatabase: () => Promise<string>): Promise<Outcome> {
  const program = realMlflow(options);
  if (program === undefined) return noRealMlflow;
  const url = await makeDatabase();
  await fillMlflow(url, { version: realMlflowVersion, seed: 1, size: 3 });
  return whileMlflowServes(program, url, async (at) => ({
    kind: "held",
    words: `the fixtures of its core hold of MLflow ${realMlflowVersion}, and the journeys that write leave nothing in it`,
    complaints: [...(await compareMlflow(at)), ...(await walkJourneys(at))],
  }));
}
