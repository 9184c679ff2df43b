import type { CataloguedBackup } from "../repository/catalogue.ts";

/** Milliseconds that the last proof of a store's backups took; undefined where none is known that ended well. */
export function lastProofMillis(backups: readonly CataloguedBackup[], store: string): number | undefined {
  const proofs = backups.filter((one) => one.store === store).flatMap((one) => one.proofs);
  const [last] = proofs
    .filter(({ verdict }) => verdict === "proven" || verdict === "sampled")
    .toSorted((a, b) => b.provenAt.localeCompare(a.provenAt));
  return last?.millis;
}
