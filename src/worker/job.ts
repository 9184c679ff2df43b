import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";

/** What a job may use. */
export interface JobContext {
  readonly store: Store;
  readonly now: Instant;
  /** Fires when its time is over or the worker ends: what is not done then is left to the next turn. */
  readonly signal: AbortSignal;
  /** How many turns before this one nobody was there for. */
  readonly missed: number;
}

/**
 * Something done again and again, by one worker at a time. A turn may be cut off anywhere and begun again elsewhere, so it
 * does nothing that may not be done twice.
 */
export interface Job {
  /** Stable: `reread/platform`, `calendar`. */
  readonly id: string;
  readonly everySeconds: number;
  /** One turn; longer ones are given up. */
  readonly timeoutSeconds: number;
  run(context: JobContext): Promise<void>;
}
