import { useSyncExternalStore } from "react";
import { keep, readKept } from "./kept.ts";

const listeners = new Set<() => void>();
const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
let zone = readKept("zone") === "UTC" ? "UTC" : local;

/** The zone in which all times are shown; its name stands at the foot of each page. */
export function useZone(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => zone,
  );
}

/** The zones one may choose from: the browser's own first. */
export const zones: readonly string[] = local === "UTC" ? ["UTC"] : [local, "UTC"];

export function chooseZone(name: string): void {
  zone = name;
  keep("zone", name);
  for (const listener of listeners) listener();
}
