import * as z from "zod";
import { defineEvents } from "../access/route.ts";
import { knownKey } from "./known.ts";
import { changedBetween, changeKinds, idOfMarks, marksOfId } from "./marks.ts";

/** A beat is an event rather than a comment: a browser shows comments to nobody, so a dead connection would go unseen. */
const beatMillis = 15_000;
const lookMillis = 1000;

export const changes = defineEvents({
  path: "/events",
  cli: "event watch",
  summary: "Which kinds of things change, as they do: ready at the begin, then changed; a beat every 15 s",
  role: "viewer",
  environment: "any",
  event: z.object({ at: z.iso.datetime(), kinds: z.array(z.enum(changeKinds)) }),
  async *follow({ lastEventId }, { store, services, signal }) {
    const { marks } = services.need(knownKey);
    let last = await marks(store);
    const before = marksOfId(lastEventId);
    // What changed while the connection was lost is told with the first event.
    const missed = before === undefined ? [] : changedBetween(before, last.of);
    yield { id: idOfMarks(last), event: "ready", data: { at: last.at, kinds: missed } };
    for (let quiet = 0; !signal.aborted; ) {
      await pause(lookMillis, signal);
      if (signal.aborted) return;
      const next = await marks(store);
      const kinds = changedBetween(last.of, next.of);
      quiet += lookMillis;
      last = next;
      if (kinds.length === 0 && quiet < beatMillis) continue;
      quiet = 0;
      yield { id: idOfMarks(next), event: kinds.length > 0 ? "changed" : "beat", data: { at: next.at, kinds } };
    }
  },
});

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener("abort", done);
  });
}
