import { useEffect, useState } from "react";
import { useZone } from "../state/zone.ts";
import { exactText, relativeText } from "./time-text.ts";

const everyMillis = 30_000;

/** The time of day, renewed every half minute. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/**
 * A moment: `3 h ago`, its exact time in the zone on screen as the tooltip; `show="both"` writes both, `"exact"` only the latter.
 */
export function Time({
  at,
  show = "relative",
}: {
  readonly at: string;
  readonly show?: "relative" | "exact" | "both";
}) {
  const now = useNow();
  const zone = useZone();
  const exact = exactText(at, zone);
  const relative = relativeText(at, now);
  const text = show === "relative" ? relative : show === "exact" ? exact : `${exact} (${relative})`;
  return (
    <time dateTime={at} title={`${exactText(at, zone, true)} ${zone}`}>
      {text}
    </time>
  );
}
