import type { Run } from "../src/engine/run.ts";
import { type Line, startLedger } from "./ledger.ts";
import { rehearsal } from "./procedure.ts";
import type { Target } from "./target.ts";

/** The ledger, with a procedure that has a bit of everything. */
export async function ledgerTarget(seed: number): Promise<Target> {
  const ledger = await startLedger(seed);
  const { url, lines } = ledger;
  return {
    env: { CHAOS_LEDGER: url },
    procedure: rehearsal,
    shape: (random) => ({
      object: `object-${Math.floor(random() * 8)}`,
      approve: random() < 0.3,
      attest: random() < 0.2,
    }),
    effects: () => lines.filter(({ undo }) => !undo).length,
    undone: () => lines.filter(({ undo }) => undo).length,
    told: () => ({ cuts: ledger.cuts() }),
    wrong: (runs) => wrongOf(lines, runs),
    close: () => ledger.close(),
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

/** Done: each effect once. Aborted: each effect once and taken back once, or never. */
function wrongOf(lines: readonly Line[], runs: readonly Run[]): readonly string[] {
  const marks = countMarks(lines);
  const ids = new Set(runs.map(({ id }) => id));
  const strange = [...marks.keys()].filter((mark) => !ids.has(mark.split("/")[0] ?? ""));
  const wrong = runs.flatMap((run) =>
    run.plan.steps.flatMap((step) => {
      const name = `${run.id}/${step.name}`;
      const { done, undone } = marks.get(name) ?? { done: 0, undone: 0 };
      const wanted = step.effect === "none" ? 0 : 1;
      const right = run.state === "done" ? done === wanted && undone === 0 : done === undone && done <= wanted;
      return right ? [] : [`${name} (${run.state}): ${done} times done, ${undone} times taken back`];
    }),
  );
  return [...strange.map((mark) => `${mark} belongs to no run`), ...wrong];
}
