import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLive } from "../api/use-live.ts";
import { isAffected } from "../state/changes.ts";
import { lost } from "../state/connection.ts";

/** The server beats every 15 s; after that long without one the connection is taken for dead. */
const silentMillis = 40_000;
/** Changes come in flocks. */
const waitMillis = 400;

/** Has whatever is on screen read anew as soon as the server says that it changed. */
export function FollowChanges() {
  const queries = useQueryClient();
  const heardAt = useRef(0);
  const waiting = useRef<{ readonly kinds: Set<string>; readonly timer: ReturnType<typeof setTimeout> }>(undefined);
  useLive("/events", {}, ["ready", "changed", "beat"], ({ data }, isFirst) => {
    heardAt.current = Date.now();
    // What changed since it was read, and before anybody listened, is told by nobody.
    if (isFirst) void queries.invalidateQueries({ predicate: ({ state }) => state.fetchStatus === "idle" });
    const { kinds } = data as { readonly kinds: readonly string[] };
    if (kinds.length === 0) return;
    const before = waiting.current;
    if (before !== undefined) {
      for (const kind of kinds) before.kinds.add(kind);
      return;
    }
    const gathered = new Set(kinds);
    const timer = setTimeout(() => {
      waiting.current = undefined;
      void queries.invalidateQueries({ predicate: ({ queryKey }) => isAffected(queryKey[0], [...gathered]) });
    }, waitMillis);
    waiting.current = { kinds: gathered, timer };
  });
  useEffect(() => {
    heardAt.current = Date.now();
    const timer = setInterval(() => {
      // A window in the background is not told the time.
      if (document.visibilityState === "visible" && Date.now() - heardAt.current > silentMillis) lost();
    }, 5000);
    return () => {
      clearInterval(timer);
      clearTimeout(waiting.current?.timer);
    };
  }, []);
  return undefined;
}
