import { askRestoredMlflow, type MlflowSaid } from "../../proof/ask-mlflow.ts";
import { recognise, tablesOf } from "../../proof/inspect.ts";
import type { RestoreTarget } from "../../proof/throw-away.ts";
import type { Workbench } from "../../proof/workbench.ts";
import type { OwnProving, Proved } from "../../store-kind.ts";

/** Asks the application whose database was restored, as its users do: MLflow. Undefined for those that nobody can start here. */
export async function askApplication(
  target: RestoreTarget,
  { scratch: { folder: home }, user }: Workbench,
  { systems, ports, path, progress, signal }: OwnProving,
): Promise<MlflowSaid | undefined> {
  const { store, schema } = recognise(await tablesOf(target.restorer), systems);
  if (schema === undefined || store?.tables.includes("registered_models") !== true) return undefined;
  return askRestoredMlflow(target, schema, { ports, path, user, home, progress, signal });
}

/** What it said stands with the proof; one that lists other models than its rows name has not come back. */
export function withApplication(proved: Proved, said: MlflowSaid | undefined): Proved {
  if (said === undefined) return proved;
  const { verdict, notes } = proved;
  if (said.kind !== "differs") return { ...proved, notes: [...notes, said.words] };
  return {
    ...proved,
    verdict: { kind: "failed", why: [...(verdict.kind === "failed" ? verdict.why : []), said.words] },
  };
}
