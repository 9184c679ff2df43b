import type { BackupClass } from "../../platform/backup-schedule.ts";

export const safetyClass = "before-restore" satisfies BackupClass;

/**
 * Whether it is of what a restore in place was about to replace. It takes that restore back, and says nothing of how its store is
 * backed up: what is in it was to go, as it was broken, lost, or not wanted.
 */
export function isSafety({ class: taken }: { readonly class: BackupClass }): boolean {
  return taken === safetyClass;
}
