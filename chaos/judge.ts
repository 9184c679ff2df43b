import { sql } from "kysely";
import type { Attempt, Run } from "../src/engine/run.ts";
import { attemptsOf, listRuns } from "../src/engine/store.ts";
import type { Store } from "../src/store/store.ts";
import type { Target } from "./target.ts";

export interface Verdict {
  readonly done: number;
  readonly aborted: number;
  readonly effects: number;
  readonly undone: number;
  /** Legs beyond the first of each run that began because a worker was gone. */
  readonly takeOvers: number;
  /** What ought not to be, each in words. Empty is the result that is wanted. */
  readonly wrong: readonly string[];
}

/** Holds what the target counted, and what the database says, against what ought to be. */
export async function judge(store: Store, target: Target, started: readonly string[]): Promise<Verdict> {
  const runs = await allRuns(store);
  const wrong = [...lost(runs, started), ...(await wrongInJournal(store, runs)), ...target.wrong(runs)];
  for (const run of runs) wrong.push(...wrongWith(run, await attemptsOf(store, run.id)));
  const { rows } = await sql<{ count: number }>`select count(*) from run_events where data ? 'takenFrom'`.execute(
    store.tables(),
  );
  return {
    done: runs.filter(({ state }) => state === "done").length,
    aborted: runs.filter(({ state }) => state === "aborted").length,
    effects: target.effects(),
    undone: target.undone(),
    takeOvers: rows[0]?.count ?? 0,
    wrong,
  };
}

function lost(runs: readonly Run[], started: readonly string[]): readonly string[] {
  const keys = new Set(runs.map(({ key }) => key));
  const missing = started.filter((key) => !keys.has(key)).map((key) => `${key} was accepted and is lost`);
  return runs.length === started.length ? missing : [...missing, `${runs.length} runs, ${started.length} were started`];
}

async function allRuns(store: Store): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (;;) {
    const last = runs.at(-1);
    const after = last === undefined ? undefined : ([last.createdAt, last.id] as const);
    const page = await listRuns(store, { environments: undefined, limit: 500, after });
    runs.push(...page);
    if (page.length < 500) return runs;
  }
}

/** Ended, and if it is done, each step by one attempt. */
function wrongWith(run: Run, attempts: readonly Attempt[]): readonly string[] {
  if (run.state !== "done" && run.state !== "aborted") return [`${run.id} ended as ${run.state}: ${run.reason ?? ""}`];
  if (run.state === "aborted") return [];
  return run.plan.steps.flatMap((step, index) => {
    const dones = attempts.filter((a) => a.step === index && a.direction === "do" && a.outcome === "done").length;
    return step.kind === "approve" || dones === 1 ? [] : [`${run.id}/${step.name}: ${dones} attempts are done`];
  });
}

async function wrongInJournal(store: Store, runs: readonly Run[]): Promise<readonly string[]> {
  const { rows } = await sql<{ run_id: string; starts: number; ends: number }>`
    select run_id, count(*) filter (where task like 'Started:%') as starts,
      count(*) filter (where task like 'Done:%' or task like 'Aborted:%') as ends
    from chaos_journal group by run_id`.execute(store.tables());
  const found = new Map(rows.map((row) => [row.run_id, row]));
  return runs
    .filter(({ id }) => found.get(id)?.starts !== 1 || found.get(id)?.ends !== 1)
    .map(
      ({ id }) => `${id}: the journal has ${found.get(id)?.starts ?? 0} starts and ${found.get(id)?.ends ?? 0} ends`,
    );
}
