import { hoursText } from "./store-words.ts";

interface Reached {
  readonly rpoHours: number;
  readonly ageHours: number | null;
  readonly lastHours: number | null;
  readonly perDayHours: number | null;
  readonly inMonthHours: number | null;
  readonly exceedsAt: string | null;
}

/** Whether what could be lost is too much already: then no moment ahead is named. */
export function isTooMuch({ stores }: { readonly stores: readonly Reached[] }): boolean {
  return stores.some(({ ageHours, lastHours, rpoHours }) => Math.max(ageHours ?? 0, lastHours ?? 0) > rpoHours);
}

/** What lies between proven backups and where that leads, in words; when it will be too much is said after them. */
export function rpoWords(of: Reached & { readonly stores: readonly Reached[] }): string {
  const { lastHours, perDayHours, inMonthHours, exceedsAt } = of;
  if (lastHours === null) return "only one backup of each was proven so far";
  const last = `${hoursText(lastHours)} between the last two proven backups`;
  if (perDayHours === null || inMonthHours === null)
    return `${last}; no trend yet: too few of them, or all within a day`;
  const month =
    Math.abs(perDayHours) < 0.01 && Math.abs(inMonthHours - lastHours) < 1
      ? `${last}; it stays as it is`
      : `${last}; ${hoursText(inMonthHours)} in 30 days if it goes on so`;
  return exceedsAt === null || isTooMuch(of) ? month : `${month}, more than may be lost from`;
}
