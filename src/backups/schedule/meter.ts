/** What is told of a stream under way. */
export interface Measured {
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly remainingSeconds?: number;
}

/** Throughput is of the last so many moments that were told. */
const kept = 10;

/** Counts what goes by and says so now and then. */
export class Meter {
  readonly #expected: number | undefined;
  readonly #everyMillis: number;
  readonly #told: { readonly at: number; readonly bytes: number }[];
  #bytes = 0;

  /** `expected`: as large as it was the last time; a guess. */
  constructor(beganAt: number, expected: number | undefined, everyMillis: number) {
    this.#expected = expected;
    this.#everyMillis = everyMillis;
    this.#told = [{ at: beganAt, bytes: 0 }];
  }

  /** Undefined while there is nothing new to tell. */
  add(bytes: number, now: number): Measured | undefined {
    this.#bytes += bytes;
    const last = this.#told.at(-1);
    const first = this.#told[0];
    if (last === undefined || first === undefined || now - last.at < this.#everyMillis) return undefined;
    const bytesPerSecond = Math.round(((this.#bytes - first.bytes) / (now - first.at)) * 1000);
    this.#told.push({ at: now, bytes: this.#bytes });
    if (this.#told.length > kept) this.#told.shift();
    const left = (this.#expected ?? 0) - this.#bytes;
    const remaining = left > 0 && bytesPerSecond > 0 ? { remainingSeconds: Math.ceil(left / bytesPerSecond) } : {};
    return { bytes: this.#bytes, bytesPerSecond, ...remaining };
  }
}
