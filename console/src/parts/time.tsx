import { useSyncExternalStore } from "react";
import { useZone } from "../state/zone.ts";
import { exactText, relativeText } from "./time-text.ts";

const everyMillis = 30_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  if (listeners.size === 0) {
    timer = setInterval(tick, everyMillis);
    now = Date.now();
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The time of day, renewed every half minute, for all that is on screen at once. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
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
  const relative = relativeText(at, useNow());
  const zone = useZone();
  const exact = exactText(at, zone);
  const text = show === "relative" ? relative : show === "exact" ? exact : `${exact} (${relative})`;
  return (
    <time dateTime={at} title={`${exactText(at, zone, true)} ${zone}`}>
      {text}
    </time>
  );
}
