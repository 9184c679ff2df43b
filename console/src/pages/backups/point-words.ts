import type { Row } from "../../api/types.ts";

export type PointRow = Row<"/recovery-points">;

/** What the last telling proof of a point as a whole said; what it says of itself came from the repository as it is. */
export function verdictOf({ content }: Pick<PointRow, "content">): string {
  const proofs = Array.isArray(content["proofs"]) ? (content["proofs"] as readonly unknown[]) : [];
  const verdicts = proofs.flatMap((proof) => {
    if (typeof proof !== "object" || proof === null || !("verdict" in proof)) return [];
    return typeof proof.verdict === "string" && proof.verdict !== "unknown" ? [proof.verdict] : [];
  });
  return verdicts[0] ?? "not-proven";
}
