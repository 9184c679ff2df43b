import type { Instant } from "../../kernel/instant.ts";
import type { BackupClass, Retention } from "../../platform/backup-schedule.ts";
import { gfsKept } from "./gfs.ts";
import { isSafety } from "./safety.ts";

const day = 86_400_000;

/** What retention has to know of a backup. */
export interface Candidate {
  readonly id: string;
  /** `mlflow/database` */
  readonly store: string;
  readonly takenAt: Instant;
  readonly class: BackupClass;
  /** Whether its last telling proof says that it can be restored. */
  readonly proven: boolean;
  /** Whether it says that it cannot. */
  readonly spoiled?: boolean;
  /** Until when a receipt of it is worth something, whoever holds it. */
  readonly receiptUntil: Instant;
  /** restic's snapshots that go with it when it is removed: manifest, proofs, parts. */
  readonly own: readonly string[];
  /** restic's snapshots that its manifest names, also those of earlier backups. */
  readonly names: readonly string[];
}

export interface Judged<B extends Candidate> {
  readonly backup: B;
  readonly why: readonly [string, ...string[]];
}

export interface Removed<B extends Candidate> extends Judged<B> {
  /** What of it goes: all of its own but what a kept manifest names. */
  readonly snapshots: readonly string[];
  /** What of it stays, as a kept manifest names it. */
  readonly left: readonly string[];
}

export interface Kept<B extends Candidate> {
  readonly kept: readonly Judged<B>[];
  readonly removed: readonly Removed<B>[];
  /** Why nothing is removed at all, whatever the policy says. */
  readonly refused: string | undefined;
}

/**
 * What of an environment's backups is kept at a moment, and why. Never removed: a store's newest backup, its newest that no proof found
 * spoiled and its last proven one, also where a later one is there to take a restore back; one whose receipt is still worth something,
 * one that `holds` names (a waiting run, by the backup's id), and a part that a kept manifest names. A backup from the future shows that
 * the clock was set back: nothing is removed then.
 */
export function keep<B extends Candidate>(
  backups: readonly B[],
  policy: Retention,
  now: Instant,
  holds: ReadonlyMap<string, string> = new Map(),
): Kept<B> {
  const future = backups.find(({ takenAt }) => Date.parse(takenAt) > Date.parse(now));
  const refused =
    future === undefined
      ? undefined
      : `${future.id} was taken at ${future.takenAt}, which is yet to come: a clock was set back, and by a wrong clock nothing is removed`;
  const reasons = reasonsOf(backups, policy, now, holds);
  const kept: Judged<B>[] = [];
  const goes: B[] = [];
  for (const backup of backups) {
    const [first, ...more] = [...(refused === undefined ? [] : [refused]), ...(reasons.get(backup.id) ?? [])];
    if (first === undefined) goes.push(backup);
    else kept.push({ backup, why: [first, ...more] });
  }
  const named = new Set(kept.flatMap(({ backup }) => backup.names));
  const removed = goes.map((backup): Removed<B> => {
    const left = backup.own.filter((snapshot) => named.has(snapshot));
    return {
      backup,
      why: [expired(backup, policy)],
      snapshots: backup.own.filter((snapshot) => !named.has(snapshot)),
      left,
    };
  });
  return { kept, removed, refused };
}

function reasonsOf<B extends Candidate>(
  backups: readonly B[],
  policy: Retention,
  now: Instant,
  holds: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, string[]>();
  const add = (id: string, why: string): void => {
    const said = reasons.get(id) ?? [];
    if (!said.includes(why)) reasons.set(id, [...said, why]);
  };
  for (const [store, all] of Map.groupBy(backups, (one) => one.store)) {
    const newestFirst = all.toSorted((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt));
    const own = newestFirst.filter((one) => !isSafety(one));
    for (const [id, why] of [...lastsOf(store, newestFirst), ...lastsOf(store, own)]) add(id, why);
    for (const [id, why] of gfsKept(newestFirst.filter(countsForGfs), policy.gfs)) add(id, why);
  }
  for (const one of backups) {
    const within = ageReason(one, policy, now);
    if (within !== undefined) add(one.id, within);
    if (one.proven && Date.parse(now) < Date.parse(one.receiptUntil))
      add(one.id, `its receipt is valid until ${one.receiptUntil}`);
    const held = holds.get(one.id);
    if (held !== undefined) add(one.id, held);
  }
  return reasons;
}

function lastsOf(store: string, newestFirst: readonly Candidate[]): readonly (readonly [id: string, why: string])[] {
  const [newest] = newestFirst;
  const sound = newestFirst.find(({ spoiled }) => spoiled !== true);
  const proven = newestFirst.find((one) => one.proven);
  return [
    ...(newest === undefined ? [] : [[newest.id, `the newest backup of ${store}`] as const]),
    ...(sound === undefined || sound === newest
      ? []
      : [[sound.id, `the newest backup of ${store} of which no proof says that it is spoiled`] as const]),
    ...(proven === undefined ? [] : [[proven.id, `the last proven backup of ${store}`] as const]),
  ];
}

function countsForGfs(one: Candidate): boolean {
  return one.class !== "before-upgrade" && !isSafety(one);
}

function ageReason(one: Candidate, policy: Retention, now: Instant): string | undefined {
  const days = daysOf(one.class, policy);
  if (days === "kept") return "taken before an upgrade: kept";
  if (days === undefined) return undefined;
  const age = (Date.parse(now) - Date.parse(one.takenAt)) / day;
  return age <= days ? `${one.class}, kept for ${days} days` : undefined;
}

/** Days, for good, or by grandfather, father and son. */
function daysOf(kind: BackupClass, policy: Retention): number | "kept" | undefined {
  if (kind === "before-upgrade") return policy.beforeUpgradeDays ?? "kept";
  if (kind === "before-restore") return policy.byHandDays;
  if (policy.gfs !== undefined) return undefined;
  switch (kind) {
    case "daily":
      return policy.dailyDays;
    case "weekly":
      return policy.weeklyDays;
    case "by-hand":
      return policy.byHandDays;
  }
}

function expired(one: Candidate, policy: Retention): string {
  const days = daysOf(one.class, policy);
  return days === undefined
    ? "none of the days, weeks, months and years that are kept has it"
    : `${one.class}, kept for ${days} days, taken ${one.takenAt}`;
}
