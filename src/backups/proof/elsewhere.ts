import type { SystemStore } from "../../systems/contract.ts";
import type { OwnProof } from "../repository/own-proof.ts";

/** Of what belongs to a system beside its database, what other stores of its component may hold. */
export function elsewhereOf(beside: SystemStore["beside"]): OwnProof["elsewhere"] {
  return beside.flatMap(({ id, what, keptBy = [] }) => (keptBy.length === 0 ? [] : [{ what, id, kinds: [...keptBy] }]));
}
