import { sql } from "kysely";
import { attemptsOf, listRuns } from "../src/engine/store.ts";
import type { Run } from "../src/engine/run.ts";
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
  const wrong: string[] = [];
  for (const key of started) if (!runs.some((run) => run.key === key)) wrong.push(`${key} was accepted and is lost`);
  if (runs.length !== started.length) wrong.push(`${runs.length} runs, ${started.length} were started`);
  const marks = new Map<string, { done: number; undone: number }>();
  for (const { mark, undo } of lines) {
    const count = marks.get(mark) ?? { done: 0, undone: 0 };
    marks.set(mark, undo ? { ...count, undone: count.undone + 1 } : { ...count, done: count.done + 1 });
  }
  for (const run of runs) wrong.push(...(await wrongWith(store, run, marks)));
  for (const mark of marks.keys())
    if (!runs.some(({ id }) => mark.startsWith(`${id}/`))) wrong.push(`${mark} belongs to no run`);
  wrong.push(...(await wrongInJournal(store, runs)));
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
async function wrongWith(
  store: Store,
  run: Run,
  marks: ReadonlyMap<string, { readonly done: number; readonly undone: number }>,
): Promise<readonly string[]> {
  if (run.state !== "done" && run.state !== "aborted") return [`${run.id} ended as ${run.state}: ${run.reason ?? ""}`];
  const wrong: string[] = [];
  const attempts = await attemptsOf(store, run.id);
  for (const [index, step] of run.plan.steps.entries()) {
    const dones = attempts.filter((a) => a.step === index && a.direction === "do" && a.outcome === "done").length;
    if (run.state === "done" && step.kind !== "approve" && dones !== 1) wrong.push(`${run.id}/${step.name}: ${dones} attempts are done`);
    if (step.effect === "none") continue;
    const { done, undone } = marks.get(`${run.id}/${step.name}`) ?? { done: 0, undone: 0 };
    const right = run.state === "done" ? done === 1 && undone === 0 : done === undone && done <= 1;
    if (!right) wrong.push(`${run.id}/${step.name} (${run.state}): ${done} times done, ${undone} times taken back`);
  }
  return wrong;
}

async function wrongInJournal(store: Store, runs: readonly Run[]): Promise<readonly string[]> {
  const { rows } = await sql<{ run_id: string; starts: number; ends: number }>`
    select run_id, count(*) filter (where task like 'Started:%') as starts,
      count(*) filter (where task like 'Done:%' or task like 'Aborted:%') as ends
    from chaos_journal group by run_id`.execute(store.tables());
  const found = new Map(rows.map((row) => [row.run_id, row]));
  return runs
    .filter(({ id }) => found.get(id)?.starts !== 1 || found.get(id)?.ends !== 1)
    .map(({ id }) => `${id}: the journal has ${found.get(id)?.starts ?? 0} starts and ${found.get(id)?.ends ?? 0} ends`);
}
