import type { Selectable } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { asJson, type Store } from "../store/store.ts";
import type { BranchGuard } from "./reviews.ts";

interface ForgeTables {
  readonly forge_branch: {
    readonly environment: string;
    readonly project: string;
    readonly branch: string | null;
    readonly guard: BranchGuard;
    readonly at: Instant;
  };
}

export type GuardRow = Selectable<ForgeTables["forge_branch"]>;

/** Keeps what the forge said last, in place of everything it said before. */
export async function keepGuards(store: Store, rows: readonly GuardRow[]): Promise<void> {
  await store.transaction(async (part) => {
    const tables = part.tables<ForgeTables>();
    await tables.deleteFrom("forge_branch").execute();
    if (rows.length === 0) return;
    await tables
      .insertInto("forge_branch")
      .values(rows.map((row) => ({ ...row, guard: asJson(row.guard) })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

/** By environment; those of `visible` alone, all when undefined. */
export async function listGuards(store: Store, visible: readonly string[] | undefined): Promise<readonly GuardRow[]> {
  let query = store.tables<ForgeTables>().selectFrom("forge_branch").selectAll().orderBy("environment");
  if (visible !== undefined) query = query.where("environment", "in", visible.length === 0 ? [""] : [...visible]);
  return query.execute();
}
