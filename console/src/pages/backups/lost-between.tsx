import type { Reply } from "../../api/types.ts";
import { Few } from "../../parts/few.tsx";
import { Leads, Measured, Met } from "./measured.tsx";
import { isTooMuch, rpoWords } from "./rpo-words.ts";
import { hoursText } from "./store-words.ts";

export type Rpo = Reply<"/backups/rpo">["items"][number];

/** What of a component could have been lost at worst before each proven backup, with where that leads. */
export function LostBetween({
  of,
  span,
}: {
  readonly of: Rpo;
  readonly span: { readonly from: string; readonly to: string };
}) {
  const { measured, rpoHours, unknown, exceedsAt, worstHours } = of;
  if (unknown.length > 0)
    return (
      <p className="mw-dim">
        What could be lost between proven backups is not known: of <Few of={unknown} /> none was ever proven.
      </p>
    );
  const tooMuch = isTooMuch(of);
  return (
    <Measured
      title="Between proven backups"
      unit="h"
      measured={measured}
      valueOf={hoursOf}
      line="could be lost"
      most={rpoHours}
      mostLine="may be lost"
      span={span}
    >
      <Met met={!tooMuch}>{tooMuch ? "too far apart" : "close enough"}</Met>{" "}
      <Leads words={rpoWords(of)} at={tooMuch ? null : exceedsAt} />
      {worstHours === null ? undefined : `; at worst ${hoursText(worstHours)} in the time on screen`}
    </Measured>
  );
}

function hoursOf({ hours }: Rpo["measured"][number]): number {
  return hours;
}
