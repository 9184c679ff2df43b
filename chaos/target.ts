import type { Procedure } from "../src/engine/plan.ts";
import type { Run } from "../src/engine/run.ts";
import type { Random } from "./random.ts";

/** What the runs of a rehearsal change. It is never killed, and does the counting. */
export interface Target {
  /** What its workers are told in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly procedure: Procedure;
  /** The arguments of one more run. */
  shape(random: Random): unknown;
  effects(): number;
  undone(): number;
  /** What else it counted, each with its name. */
  told(): Readonly<Record<string, number>>;
  /** What reached it and ought not to have, or should have and did not; asked when all runs have ended. */
  wrong(runs: readonly Run[]): readonly string[];
  close(): void;
}
