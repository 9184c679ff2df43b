import { useNow } from "../../parts/time.tsx";
import { durationText, exactText } from "../../parts/time-text.ts";
import { useZone } from "../../state/zone.ts";
import { farIn, type LogLine } from "./live-lines.ts";

/** How far the step under way is, where it says so: what it does, how much is behind it, and when it is likely to be over. */
export function StepFar({ lines }: { readonly lines: readonly LogLine[] }) {
  const now = useNow();
  const zone = useZone();
  const said = farIn(lines);
  if (said === undefined) return undefined;
  const { store, phase, percent, remainingSeconds, remainingOf } = said.far;
  const until = remainingSeconds === undefined ? undefined : Date.parse(said.at) + remainingSeconds * 1000;
  const left = until === undefined ? [] : [leftText(until, now, zone, remainingOf)];
  const words = [store, phase, percent === undefined ? undefined : `${percent} %`, ...left];
  return (
    <div className="mw-run-standing">
      <progress aria-label="How far the step is" max={100} value={percent} />
      <span className="mw-dim">{words.filter((one) => one !== undefined).join(" · ")}</span>
    </div>
  );
}

/** Where that moment is past, it takes longer than was thought. */
function leftText(until: number, now: number, zone: string, of: string | undefined): string | undefined {
  if (until <= now) return undefined;
  const moment = exactText(new Date(until).toISOString(), zone, true).slice(11);
  const left = durationText((until - now) / 1000);
  return of === "bytes" ? `the rest in some ${left}, until ${moment}` : `some ${left} left, until ${moment}`;
}
