import { useMemo } from "react";
import type { Reply } from "../../api/types.ts";
import { Chart } from "../../parts/chart.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { WhenNear } from "../../parts/when-near.tsx";
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
  const { measured, rpoHours, unknown, exceedsAt } = of;
  const shown = useMemo(() => measured.filter(({ at }) => at >= span.from && at <= span.to), [measured, span]);
  const at = useMemo(() => shown.map((one) => one.at), [shown]);
  const lines = useMemo(
    () => [
      { name: "could be lost", values: shown.map(({ hours }) => hours) },
      { name: "may be lost", values: shown.map(() => rpoHours) },
    ],
    [shown, rpoHours],
  );
  if (unknown.length > 0)
    return (
      <p className="mw-dim">
        What could be lost between proven backups is not known: of {unknown.join(", ")} none was ever proven.
      </p>
    );
  const tooMuch = isTooMuch(of);
  return (
    <>
      <p>
        <Tag tone={tooMuch ? "orange" : "green"} icon={tooMuch ? "clock" : "check"}>
          {tooMuch ? "too far apart" : "close enough"}
        </Tag>{" "}
        {rpoWords(of)}
        {exceedsAt === null || tooMuch ? undefined : (
          <>
            {" "}
            <Time at={exceedsAt} show="exact" />
          </>
        )}
        {of.worstHours === null ? undefined : `; at worst ${hoursText(of.worstHours)} in the time on screen`}
      </p>
      {shown.length < 2 ? undefined : (
        <WhenNear height={262}>
          <Chart title="Between proven backups" unit="h" at={at} lines={lines} span={span} height={150} />
        </WhenNear>
      )}
    </>
  );
}
