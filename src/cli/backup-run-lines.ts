import type { Point } from "../backups/point/point.ts";
import { sizeOf } from "../backups/repository/manifest.ts";
import { type OwnProof, reasonsOf } from "../backups/repository/own-proof.ts";
import type { ToldRun } from "./backup-work.ts";

/*
 * The lines by which a run tells a program what became of each store and of the point.
 */

export function outcomeLine(outcome: ToldRun["outcomes"][number]): Readonly<Record<string, unknown>> {
  const { store, kind } = outcome;
  const line = { kind: "outcome", store, outcome: kind };
  if (outcome.kind === "failed") return { ...line, why: outcome.why };
  const { sealed, proof, unproven } = outcome;
  const made = { ...line, backup: sealed.manifest.id, bytes: sizeOf(sealed.manifest) };
  return { ...made, ...proofSaid(proof, unproven) };
}

export function pointLine(
  point: Point | undefined,
  { pointProof: proof, pointUnproven, notGivenBack }: Pick<ToldRun, "pointProof" | "pointUnproven" | "notGivenBack">,
): Readonly<Record<string, unknown>> {
  if (point === undefined) return { kind: "point", why: "a store has no new backup", notGivenBack };
  const line = { kind: "point", point: point.id, fence: point.fence.kind, takenAt: point.takenAt, notGivenBack };
  return { ...line, ...proofSaid(proof, pointUnproven), ...(proof === undefined ? {} : { checks: proof.checks }) };
}

/** Where there is no proof, only why there is none; nothing where none was asked for. */
function proofSaid(
  proof: Pick<OwnProof, "verdict"> | undefined,
  unproven: string | undefined,
): Readonly<Record<string, unknown>> {
  if (proof !== undefined) return { proof: proof.verdict.kind, proofWhy: reasonsOf(proof.verdict) };
  return unproven === undefined ? {} : { proofWhy: [unproven] };
}
