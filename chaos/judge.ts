import { sql } from "kysely";
import type { Attempt, Run } from "../src/engine/run.ts";
import { attemptsOf, listRuns } from "../src/engine/store.ts";
import type { Store } from "../src/store/store.ts";
import type { Line } from "./ledger.ts";

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
export async function judge(store: Store, lines: readonly Line[], started: readonly string[]): Promise<Verdict> {
  const runs = await allRuns(store);
  const marks = countMarks(lines);
  const wrong = [...lost(runs, started), ...(await wrongInJournal(store, runs))];
  for (const run of runs) wrong.push(...wrongWith(run, await attemptsOf(store, run.id), marks));
  const ids = new Set(runs.map(({ id }) => id));
  for (const mark of marks.keys()) if (!ids.has(mark.split("/")[0] ?? "")) wrong.push(`${mark} belongs to no run`);
  const { rows } = await sql<{ count: number }>`select count(*) from run_events where data ? 'takenFrom'`.execute(
    store.tables(),
  );
  return {
    done: runs.filter(({ state }) => state === "done").length,
    aborted: runs.filter(({ state }) => state === "aborted").length,
    effects: lines.filter(({ undo }) => !undo).length,
    undone: lines.filter(({ undo }) => undo).length,
    takeOvers: rows[0]?.count ?? 0,
    wrong,
  };
}

interface Count {
  readonly done: number;
  readonly undone: number;
}

function countMarks(lines: readonly Line[]): ReadonlyMap<string, Count> {
  const marks = new Map<string, Count>();
  for (const { mark, undo } of lines) {
    const { done, undone } = marks.get(mark) ?? { done: 0, undone: 0 };
    marks.set(mark, { done: done + (undo ? 0 : 1), undone: undone + (undo ? 1 : 0) });
  }
  return marks;
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

/** Done: each effect once. Aborted: each effect once and taken back once, or never. */
function wrongWith(run: Run, attempts: readonly Attempt[], marks: ReadonlyMap<string, Count>): readonly string[] {
  if (run.state !== "done" && run.state !== "aborted") return [`${run.id} ended as ${run.state}: ${run.reason ?? ""}`];
  return run.plan.steps.flatMap((step, index) => {
    const name = `${run.id}/${step.name}`;
    const dones = attempts.filter((a) => a.step === index && a.direction === "do" && a.outcome === "done").length;
    if (run.state === "done" && step.kind !== "approve" && dones !== 1) return [`${name}: ${dones} attempts are done`];
    const { done, undone } = marks.get(name) ?? { done: 0, undone: 0 };
    const wanted = step.effect === "none" ? 0 : 1;
    const right = run.state === "done" ? done === wanted && undone === 0 : done === undone && done <= wanted;
    return right ? [] : [`${name} (${run.state}): ${done} times done, ${undone} times taken back`];
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
