import { durationText } from "../../parts/time-text.ts";

interface Foreseen {
  readonly rtoMinutes: number;
  readonly perDaySeconds: number | null;
  readonly inMonthSeconds: number | null;
  readonly exceedsAt: string | null;
  readonly measured: readonly { readonly seconds: number }[];
}

/** Where restore times lead, in words; when it will take too long is said after them. */
export function backWords({ rtoMinutes, perDaySeconds, inMonthSeconds, exceedsAt, measured }: Foreseen): string {
  const last = measured.at(-1)?.seconds ?? 0;
  if (perDaySeconds === null || inMonthSeconds === null)
    return "no trend yet: too few measurements, or all within a day";
  if (Math.abs(perDaySeconds) < 0.05) return "it stays as it is";
  const month = `${durationText(inMonthSeconds)} in 30 days if it goes on so`;
  return exceedsAt === null || last > rtoMinutes * 60 ? month : `${month}, longer than it may from`;
}
