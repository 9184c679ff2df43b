import type { Reply } from "../../api/types.ts";
import { Few } from "../../parts/few.tsx";
import { durationText } from "../../parts/time-text.ts";
import { backWords } from "./back-words.ts";
import { Leads, Measured, Met, type Objective, type OnScreen } from "./measured.tsx";

export type RestoreTimes = Reply<"/backups/restore-times">["items"][number];

const backAfter: Objective<RestoreTimes["measured"][number]> = {
  title: "Back after",
  unit: "min",
  line: "restored and compared",
  // One digit behind the point.
  valueOf: ({ seconds }) => Math.round(seconds / 6) / 10,
  mostLine: "may take",
};

/** How long a component takes until it is back: measured in proofs and drills, with where that leads. */
export function BackAfter({ of, span }: OnScreen<RestoreTimes>) {
  const { measured, rtoMinutes, unknown, exceedsAt } = of;
  const last = measured.at(-1);
  if (last === undefined)
    return (
      <p className="mw-dim">
        How long it takes until it is back is not known:{" "}
        {unknown.length === 0 ? "nothing was ever" : <Few of={unknown} />}
        {unknown.length === 0 ? "" : unknown.length === 1 ? " was never" : " were never"} restored in a proof or a
        drill.
      </p>
    );
  const inTime = last.seconds <= rtoMinutes * 60;
  return (
    <Measured of={backAfter} measured={measured} most={rtoMinutes} span={span}>
      <Met met={inTime}>{inTime ? "in time" : "too long"}</Met> back in {durationText(last.seconds)} of{" "}
      {durationText(rtoMinutes * 60)}; <Leads words={backWords(of)} at={inTime ? exceedsAt : null} />
    </Measured>
  );
}
