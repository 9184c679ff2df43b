import { idOf } from "../kernel/digest.ts";
import type { Pin } from "../platform/pin.ts";
import type { Store } from "../store/store.ts";
import { type OutdatedOptions, outdated } from "./outdated.ts";
import type { Ask } from "./sources/ask.ts";
import { forgetPins, keepFreshness, keptPins } from "./watch-store.ts";

/** A pin of a source, as the last look at that source showed it. */
export interface WatchedPin {
  readonly source: string;
  readonly pin: Pin;
}

/** So many are asked for and kept together: a turn that is cut off has kept what it learnt. */
const together = 50;
/** An upstream that did not answer is asked again after so long. */
const unansweredHours = 1;

/**
 * Asks upstreams about the pins that are new, that were changed, or whose answer is older than `everyHours`; pins that are
 * gone are forgotten. Returns how many were asked for.
 */
export async function watchReleases(
  store: Store,
  pins: readonly WatchedPin[],
  ask: Ask,
  options: OutdatedOptions & { readonly everyHours: number },
  signal: AbortSignal,
): Promise<number> {
  await forgetPins(
    store,
    pins.map(({ source, pin }) => ({ source, id: pin.id })),
  );
  const kept = new Map((await keptPins(store)).map((row) => [`${row.source} ${row.pin_id}`, row]));
  const now = Date.parse(options.now);
  const due = pins.filter(({ source, pin }) => {
    const row = kept.get(`${source} ${pin.id}`);
    if (row === undefined || row.pinned !== markOf(pin)) return true;
    const hours = row.answered ? options.everyHours : Math.min(options.everyHours, unansweredHours);
    return Date.parse(row.asked_at) <= now - hours * 3_600_000;
  });
  let asked = 0;
  for (let from = 0; from < due.length && !signal.aborted; from += together) {
    const part = due.slice(from, from + together);
    const { rows } = await outdated(
      part.map(({ pin }) => pin),
      ask,
      options,
    );
    await keepFreshness(
      store,
      part.flatMap(({ source, pin }, index) => {
        const answer = rows[index];
        return answer === undefined ? [] : [{ source, pin, answer, mark: markOf(pin) }];
      }),
      options.now,
    );
    asked += part.length;
  }
  return asked;
}

/** What an answer depends on; a line that moved is not asked about again. */
function markOf(pin: Pin): string {
  const { kind, name, version, digest, source, state, effective, environment } = pin;
  return idOf([JSON.stringify([kind, name, version, digest, source, state, effective, environment])]);
}

/** How often to look for pins that are new or due; upstreams are asked far more seldom. */
export function lookEverySeconds(everyHours: number): number {
  return Math.min(300, everyHours * 3600);
}
