import type { OwnProof } from "../repository/own-proof.ts";
import { componentOf } from "./store-name.ts";

/** A proof of a point, and of which store. */
export interface ProofOfStore {
  /** `mlflow/database` */
  readonly store: string;
  readonly kind: string;
  readonly proof: Pick<OwnProof, "doesNotCover" | "elsewhere">;
}

type Elsewhere = OwnProof["elsewhere"][number];

/**
 * What no store of a point covers: what one leaves to another that is in the point is no gap of the whole. Where that one leaves it
 * out itself it says so, and why: once is enough.
 */
export function gapsOf(proofs: readonly ProofOfStore[]): readonly string[] {
  const gaps = proofs.flatMap((one) =>
    one.proof.doesNotCover.filter(
      (what) => !one.proof.elsewhere.some((place) => place.what === what && isKept(place, one, proofs)),
    ),
  );
  return [...new Set(gaps)];
}

function isKept({ store, kinds }: Elsewhere, of: ProofOfStore, proofs: readonly ProofOfStore[]): boolean {
  const others = proofs.filter((one) => one !== of);
  if (store !== undefined) return others.some((one) => one.store === store);
  return others.some((one) => kinds.includes(one.kind) && componentOf(one.store) === componentOf(of.store));
}
