import type { Reply } from "../../api/types.ts";
import { Few } from "../../parts/few.tsx";
import { Leads, Measured, Met, type Objective, type OnScreen } from "./measured.tsx";
import { isTooMuch, rpoWords } from "./rpo-words.ts";
import { hoursText } from "./store-words.ts";

export type Rpo = Reply<"/backups/rpo">["items"][number];

const lostBetween: Objective<Rpo["measured"][number]> = {
  title: "Between proven backups",
  unit: "h",
  line: "could be lost",
  valueOf: ({ hours }) => hours,
  mostLine: "may be lost",
};

/** What of a component could have been lost at worst before each proven backup, with where that leads. */
export function LostBetween({ of, span }: OnScreen<Rpo>) {
  const { measured, rpoHours, unknown, exceedsAt, worstHours } = of;
  if (unknown.length > 0)
    return (
      <p className="mw-dim">
        What could be lost between proven backups is not known: of <Few of={unknown} /> none was ever proven.
      </p>
    );
  const tooMuch = isTooMuch(of);
  return (
    <Measured of={lostBetween} measured={measured} most={rpoHours} span={span}>
      <Met met={!tooMuch}>{tooMuch ? "too far apart" : "close enough"}</Met>{" "}
      <Leads words={rpoWords(of)} at={tooMuch ? null : exceedsAt} />
      {worstHours === null ? undefined : `; at worst ${hoursText(worstHours)} in the time on screen`}
    </Measured>
  );
}
