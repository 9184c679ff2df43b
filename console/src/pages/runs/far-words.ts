import { durationText, exactText } from "../../parts/time-text.ts";
import type { Far, Whole } from "./live-lines.ts";

/** What was said of how far a step is, when, and from when and where it is read. */
export interface SaidFar {
  readonly at: string;
  readonly far: Far;
  readonly now: number;
  readonly zone: string;
}

/** `3 of 12 proofs done, some 4 min left, until 10:05:00 · mlflow/database · comparing every table · 40 % · some 2 min left` */
export function farWords(said: SaidFar): string {
  const { store, phase, percent, remainingSeconds, remainingOf, whole } = said.far;
  const left = leftWords(remainingSeconds, said, remainingOf, whole === undefined);
  const words = [wholeWords(whole, said), store, phase, percent === undefined ? undefined : `${percent} %`, left];
  return words.filter((one) => one !== undefined).join(" · ");
}

function wholeWords(whole: Whole | undefined, said: SaidFar): string | undefined {
  if (whole === undefined) return undefined;
  const { what, done, of, remainingSeconds, unknown } = whole;
  const left = unknown === undefined ? leftWords(remainingSeconds, said) : "time left unknown";
  return [`${done} of ${of} ${what} done`, left].filter((one) => one !== undefined).join(", ");
}

/** Milliseconds; there is no moment after it (ECMA-262, Time Values). */
const lastMoment = 8.64e15;

/** Where that moment is past, it takes longer than was thought. */
function leftWords(
  seconds: number | undefined,
  { at, now, zone }: SaidFar,
  of?: string,
  saysWhen = true,
): string | undefined {
  const until = seconds === undefined ? now : Date.parse(at) + seconds * 1000;
  if (until <= now || until > lastMoment) return undefined;
  const left = durationText((until - now) / 1000);
  const words = of === "bytes" ? `the rest in some ${left}` : `some ${left} left`;
  return saysWhen ? `${words}, until ${exactText(new Date(until).toISOString(), zone, true).slice(11)}` : words;
}
