import { reconcileRuns, type Trace } from "../../engine/reconcile.ts";
import { messageOf } from "../../kernel/errors.ts";
import { millwright } from "../../platform/actor.ts";
import type { Building } from "./capability.ts";
import type { Reach } from "./reach.ts";

/**
 * Asks the targets what held runs did since the backup, once a person accepted a restored database. What could not be asked is
 * said; the runs stay held until somebody resumes them.
 */
export async function reconcile(
  {
    parts,
    ports,
  }: {
    readonly parts: Pick<Building["parts"], "store" | "clock" | "log">;
    readonly ports: Pick<Building["ports"], "record" | "notify">;
  },
  reach: Pick<Reach, "registry" | "traces" | "environments">,
): Promise<void> {
  const { store, clock, log } = parts;
  const now = clock.now();
  try {
    const { runs, unknown } = await reconcileRuns(store, {
      now,
      registry: (environment) => reach.registry(environment),
      traces: (environment) => reach.traces(environment),
      environments: reach.environments,
      record: ports.record,
    });
    const found = runs.flatMap(({ run, found: steps }) => steps.map((step) => `${run}/${step}`));
    await ports.record(store, {
      at: now,
      kind: "note",
      actor: millwright,
      task: "Looked at the targets after a restore",
      issues: placesOf(unknown).map((place) => `of a run that this database does not know: ${place}`),
      nextActions:
        runs.length === 0 ? [] : ["Look at the held runs, then resume them: millwright run list --state paused"],
      evidence: { held: runs.map(({ run }) => run), found },
    });
    if (runs.length + unknown.length === 0) return;
    await ports.notify(store, {
      key: `restored/${now}`,
      severity: "warning",
      title: "The database was restored; runs are held",
      text: `${runs.length} runs are held; ${found.length} of their steps were found done at the targets. ${unknown.length === 0 ? "" : `Runs that this database does not know left marks: ${placesOf(unknown).join(", ")}. `}Look, then: millwright run resume`,
    });
  } catch (thrown) {
    log({ level: "error", message: `the targets could not be asked after the restore: ${messageOf(thrown)}` });
  }
}

function placesOf(traces: readonly Trace[]): readonly string[] {
  return [...new Set(traces.map(({ mark, where }) => `${mark} at ${where}`))].slice(0, 100);
}
