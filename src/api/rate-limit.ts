export interface Rate {
  /** How many at once after a pause. */
  readonly burst: number;
  readonly perSecond: number;
}

/** So many callers are told apart; beyond that the one that was silent longest is forgotten. */
const remembered = 10_000;

/** A bucket of permits for each caller, filled at a rate. Held by one process: N servers let through N times as much. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, { readonly permits: number; readonly at: number }>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes a permit; 0 when there was one, else in how many seconds there is. */
  take(caller: string, nowMillis: number): number {
    const permits = this.#permits(caller, nowMillis);
    if (permits < 1) return Math.ceil((1 - permits) / this.#rate.perSecond);
    this.#keep(caller, permits - 1, nowMillis);
    return 0;
  }

  /** In how many seconds there is a permit, without taking it. */
  wait(caller: string, nowMillis: number): number {
    const permits = this.#permits(caller, nowMillis);
    return permits < 1 ? Math.ceil((1 - permits) / this.#rate.perSecond) : 0;
  }

  #permits(caller: string, nowMillis: number): number {
    const bucket = this.#buckets.get(caller);
    if (bucket === undefined) return this.#rate.burst;
    // A clock set back fills nothing.
    const seconds = Math.max(0, nowMillis - bucket.at) / 1000;
    return Math.min(this.#rate.burst, bucket.permits + seconds * this.#rate.perSecond);
  }

  #keep(caller: string, permits: number, at: number): void {
    this.#buckets.delete(caller);
    if (this.#buckets.size >= remembered) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    this.#buckets.set(caller, { permits, at });
  }
}
