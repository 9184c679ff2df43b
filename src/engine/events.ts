import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { hasEnded } from "./run.ts";
import { findRun } from "./store.ts";

/** `state`: the run as a whole. `step`: an attempt ended. `log`: a line of the attempt under way. `decision`: a person's. */
export interface RunEventDraft {
  readonly kind: "state" | "step" | "log" | "decision";
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RunEvent extends RunEventDraft {
  readonly id: number;
  readonly at: Instant;
}

interface EventTables {
  readonly run_events: {
    readonly id: number;
    readonly run_id: string;
    readonly at: Instant;
    readonly kind: RunEventDraft["kind"];
    readonly data: RunEventDraft["data"];
  };
}

/** Events of a run after one of them. Whoever writes one holds the run's row, so they are seen in the order of their ids. */
export async function eventsAfter(
  store: Store,
  runId: string,
  after: number,
  limit = 500,
): Promise<readonly RunEvent[]> {
  return store
    .tables<EventTables>()
    .selectFrom("run_events")
    .select(["id", "at", "kind", "data"])
    .where("run_id", "=", runId)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** In the caller's transaction, which holds the run's row. */
export async function writeEvent(store: Store, runId: string, at: Instant, event: RunEventDraft): Promise<void> {
  await sql`insert into run_events (run_id, at, kind, data)
    values (${runId}, ${at}, ${event.kind}, ${JSON.stringify(event.data)}::jsonb)`.execute(store.tables());
}

/** Every event after `after` until the run has ended and all of it was given, or `signal` fires. */
export async function* followRun(
  store: Store,
  runId: string,
  after: number,
  options: { readonly signal: AbortSignal; readonly everyMs: number },
): AsyncIterable<RunEvent> {
  let last = after;
  while (!options.signal.aborted) {
    // Asked first: what is written before the end is then among the events read after it.
    const run = await findRun(store, runId);
    const events = await eventsAfter(store, runId, last);
    for (const event of events) {
      last = event.id;
      yield event;
    }
    if (events.length > 0) continue;
    if (run === undefined || hasEnded(run)) return;
    await pause(options.everyMs, options.signal);
  }
}

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
