import type { JudgeMove } from "../findings/change.ts";
import { judgeMove } from "../upgrades/change.ts";
import { loadFacts } from "../upgrades/facts.ts";
import { systemIdOf } from "../upgrades/plan.ts";

/** Judges moves by the upgrade facts; of a system without upgrade rules nothing can be said against a move. */
export function judgeMoveBy(shippedFacts: unknown): JudgeMove {
  const facts = loadFacts(shippedFacts);
  return ({ system, kind, from, to }) => {
    if (system === null || systemIdOf(facts, system) === undefined) return { kind: "legal" };
    const verdict = judgeMove(system, from, to, facts, { isChart: kind === "chart" });
    return verdict.kind === "illegal"
      ? { kind: "illegal", why: verdict.why, insteadDo: sentence(verdict.insteadDo) }
      : verdict;
  };
}

/** A phrase of the facts as a finding says it. */
function sentence(phrase: string): string {
  return `${phrase.slice(0, 1).toUpperCase()}${phrase.slice(1)}${/[.!?]$/.test(phrase) ? "" : "."}`;
}
