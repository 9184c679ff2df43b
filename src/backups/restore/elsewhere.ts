import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { followNot } from "../progress/follow.ts";
import { following } from "../progress/turns.ts";
import { restoreTurn } from "./expected.ts";
import { type RestoreOptions, type RestorePlan, restoreOne } from "./restore.ts";
import { retold } from "./retold.ts";

export interface RestoredElsewhere {
  readonly store: string;
  readonly backup: string;
  readonly state: "restored" | "failed";
  readonly words: readonly string[];
}

/**
 * Restores what was planned, store by store, where what is declared stays as it is. Throws at the first of several that cannot be
 * restored, and says which it was and which are there by then.
 */
export async function restoreElsewhere(
  { stores }: RestorePlan,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<readonly RestoredElsewhere[]> {
  const { follow = followNot } = options;
  const restored: RestoredElsewhere[] = [];
  const turns = stores.map((planned) => restoreTurn(planned, options));
  for (const [before, planned] of stores.entries()) {
    const { store, backup } = planned;
    const own = { ...options, follow: following(follow, { turns, before }) };
    try {
      const { did, differences, notes } = await restoreOne(planned, own, ports);
      const state = differences.length === 0 ? "restored" : "failed";
      restored.push({ store, backup: backup.id, state, words: [...did, ...differences, ...notes] });
    } catch (thrown) {
      throw stores.length === 1 ? thrown : retold(thrown, (message) => `${store}: ${message}${afterWhich(restored)}`);
    }
  }
  return restored;
}

function afterWhich(restored: readonly RestoredElsewhere[]): string {
  const whole = restored.filter(({ state }) => state === "restored").map(({ store }) => store);
  return whole.length === 0 ? "" : `; restored before that: ${whole.join(", ")}`;
}
