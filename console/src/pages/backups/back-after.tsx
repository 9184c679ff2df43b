import { useMemo } from "react";
import type { Reply } from "../../api/types.ts";
import { Chart } from "../../parts/chart.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { WhenNear } from "../../parts/when-near.tsx";
import { backWords } from "./back-words.ts";

export type RestoreTimes = Reply<"/backups/restore-times">["items"][number];

/** How long a component takes until it is back: measured in proofs and drills, with where that leads. */
export function BackAfter({
  of,
  span,
}: {
  readonly of: RestoreTimes;
  readonly span: { readonly from: string; readonly to: string };
}) {
  const { measured, rtoMinutes, unknown, exceedsAt } = of;
  const shown = useMemo(() => measured.filter(({ at }) => at >= span.from && at <= span.to), [measured, span]);
  const at = useMemo(() => shown.map((one) => one.at), [shown]);
  const lines = useMemo(() => {
    const minutes = shown.map(({ seconds }) => Math.round(seconds / 6) / 10);
    const agreed = { name: "may take", values: shown.map(() => rtoMinutes) };
    // Far above it would press what was measured flat; it stands in words.
    const isNear = Math.max(0, ...minutes) * 4 > rtoMinutes;
    return [{ name: "restored and compared", values: minutes }, ...(isNear ? [agreed] : [])];
  }, [shown, rtoMinutes]);
  const last = measured.at(-1);
  if (last === undefined)
    return (
      <p className="mw-dim">
        How long it takes until it is back is not known:{" "}
        {unknown.length === 0
          ? "nothing was ever"
          : `${unknown.join(", ")} ${unknown.length === 1 ? "was" : "were"} never`}{" "}
        restored in a proof or a drill.
      </p>
    );
  return (
    <>
      <p>
        <Within seconds={last.seconds} most={rtoMinutes * 60} /> back in {durationText(last.seconds)} of{" "}
        {durationText(rtoMinutes * 60)}; {backWords(of)}
        {exceedsAt === null || last.seconds > rtoMinutes * 60 ? undefined : (
          <>
            {" "}
            <Time at={exceedsAt} show="exact" />
          </>
        )}
      </p>
      {shown.length < 2 ? (
        <p className="mw-dim">It was measured {shown.length === 0 ? "not at all" : "once"} in the time on screen.</p>
      ) : (
        <WhenNear height={232}>
          <Chart title="Back after" unit="min" at={at} lines={lines} span={span} height={150} />
        </WhenNear>
      )}
    </>
  );
}

function Within({ seconds, most }: { readonly seconds: number; readonly most: number }) {
  return seconds <= most ? (
    <Tag tone="green" icon="check">
      in time
    </Tag>
  ) : (
    <Tag tone="orange" icon="clock">
      too long
    </Tag>
  );
}
