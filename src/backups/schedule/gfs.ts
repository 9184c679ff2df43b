import type { Instant } from "../../kernel/instant.ts";
import type { Retention } from "../../platform/backup-schedule.ts";

interface Dated {
  readonly id: string;
  readonly takenAt: Instant;
  readonly proven: boolean;
  readonly spoiled?: boolean;
}

const day = 86_400_000;

/** By UTC; a week begins on Monday (1970-01-01 was a Thursday). */
const periods = [
  { kind: "daily", word: "day", of: (at: Instant) => at.slice(0, 10) },
  { kind: "weekly", word: "week", of: (at: Instant) => String(Math.floor((Date.parse(at) / day + 3) / 7)) },
  { kind: "monthly", word: "month", of: (at: Instant) => at.slice(0, 7) },
  { kind: "yearly", word: "year", of: (at: Instant) => at.slice(0, 4) },
] as const;

/**
 * Of one store's backups, the newest first: one for each of the last so many days, weeks, months and years that have any. The
 * newest proven one stands for its period; where none is proven the newest, one that a proof found spoiled last.
 */
export function gfsKept(
  backups: readonly Dated[],
  gfs: Retention["gfs"],
): readonly (readonly [id: string, why: string])[] {
  if (gfs === undefined) return [];
  return periods.flatMap(({ kind, word, of }) =>
    [...Map.groupBy(backups, ({ takenAt }) => of(takenAt)).values()].slice(0, gfs[kind]).flatMap((group) => {
      const chosen = group.find(({ proven }) => proven) ?? group.find(({ spoiled }) => spoiled !== true) ?? group[0];
      return chosen === undefined ? [] : [[chosen.id, `stands for its ${word}`] as const];
    }),
  );
}
