import * as z from "zod";
import type { Store } from "../../store/store.ts";
import { ListedProof, proven, toldBy } from "./catalogue.ts";
import type { KnownBackup } from "./read.ts";
import type { BackupState } from "./state.ts";
import type { BackupTables } from "./tables.ts";

const Content = z.object({ proofs: z.array(ListedProof).default([]) });

/**
 * The recovery points whose backups do not belong together, by the last proof that tells. One that failed for a backup's own sake
 * is that backup's failure, and a newer point that is proven ends it.
 */
export async function failedPoints(
  store: Store,
  environment: string,
  present: readonly KnownBackup[],
): Promise<BackupState["failed"]> {
  const rows = await store
    .tables<BackupTables>()
    .selectFrom("backup_points")
    .select(["id", "content"])
    .where("environment", "=", environment)
    .orderBy("at", "desc")
    .execute();
  const failed: BackupState["failed"][number][] = [];
  for (const { id, content } of rows) {
    const { proofs } = Content.parse(content);
    const told = toldBy(proofs);
    if (told?.verdict === proven) break;
    if (told?.verdict !== "failed") continue;
    const { provenAt } = told;
    if (present.some((one) => one.row.point === id && failedAt(one, provenAt))) continue;
    const before = proofs.find((one) => one.verdict === proven && one.provenAt < provenAt);
    failed.push({ backup: id, store: undefined, provenAt, provenBefore: before?.provenAt });
  }
  return failed;
}

/** Whether the last proof of a backup that tells had failed at that moment. */
function failedAt({ proofs }: KnownBackup, at: string): boolean {
  return toldBy(proofs.filter(({ provenAt }) => provenAt <= at))?.verdict === "failed";
}
