import type { Part } from "../repository/manifest.ts";
import type { HowFar } from "./line.ts";

/** What is known of work before it begins. */
export interface Expected {
  /** All bytes that will go by; where more do, it holds no longer. */
  readonly total?: number | undefined;
  /** How long the same took the last time. */
  readonly millis?: number | undefined;
}

/** What the same took the last time. */
type LastTime = { readonly bytes?: number | undefined } & Pick<Expected, "millis">;

/** Throughput is of the last so many moments that were told. */
const kept = 10;

/** Counts what goes by, and says how far the work is. Moments are milliseconds. */
export class Course {
  readonly #expected: Expected;
  readonly #beganAt: number;
  readonly #told: { readonly at: number; readonly done: number }[];
  /** How far each part was read: what is read twice is counted once. */
  readonly #read = new Map<string, number>();
  #done = 0;
  #percent: number | undefined;
  #phase: string | undefined;
  #guess: LastTime = {};

  constructor(expected: Expected, beganAt: number) {
    [this.#expected, this.#beganAt] = [expected, beganAt];
    this.#told = [{ at: beganAt, done: 0 }];
  }

  /** As much as the last time: a guess, whose bytes hold until as many went by. */
  guess(last: LastTime): void {
    this.#guess = last;
  }

  /** Bytes that were not there before. */
  moved(bytes: number): void {
    this.#done += bytes;
  }

  /** A part is read up to here. */
  read({ snapshot, file }: Pick<Part, "snapshot" | "file">, position: number): void {
    const key = `${snapshot}/${file}`;
    const before = this.#read.get(key) ?? 0;
    if (position <= before) return;
    this.#read.set(key, position);
    this.#done += position - before;
  }

  /** What somebody else says of it who counts other things than bytes. */
  reached(percent: number): void {
    this.#percent = percent;
  }

  phase(words: string): void {
    this.#phase = words;
  }

  told(now: number): HowFar {
    const [first] = this.#told;
    const since = first === undefined ? 0 : now - first.at;
    const rate = since > 0 ? Math.round(((this.#done - (first?.done ?? 0)) / since) * 1000) : undefined;
    this.#told.push({ at: now, done: this.#done });
    if (this.#told.length > kept) this.#told.shift();
    return {
      ...(this.#phase === undefined ? {} : { phase: this.#phase }),
      seconds: Math.round((now - this.#beganAt) / 1000),
      ...this.#bytes(rate),
      ...this.#remaining(now - this.#beganAt, rate),
    };
  }

  get #total(): number | undefined {
    const { total = 0 } = this.#expected;
    const { bytes } = this.#guess;
    if (bytes !== undefined && this.#done < bytes) return bytes;
    return total > 0 && this.#done <= total ? total : undefined;
  }

  #bytes(rate: number | undefined): HowFar {
    const total = this.#total;
    if (this.#done === 0 && total === undefined) return {};
    const bytes = { done: this.#done, ...(total === undefined ? {} : { total }) };
    return rate === undefined || this.#done === total ? bytes : { ...bytes, bytesPerSecond: rate };
  }

  /** The longer of what is known: of the time it took before, and of the bytes that have yet to go by. */
  #remaining(elapsed: number, rate: number | undefined): HowFar {
    if (this.#percent !== undefined) return ofShare(this.#percent, elapsed);
    const ofBytes = this.#remainingBytes(rate);
    const millis = this.#expected.millis ?? this.#guess.millis ?? 0;
    const ofAll = Math.ceil((millis - elapsed) / 1000);
    if (ofAll <= 0 || ofAll < (ofBytes.remainingSeconds ?? 0)) return ofBytes;
    return { percent: share(elapsed, millis), remainingSeconds: ofAll, remainingOf: "all" };
  }

  #remainingBytes(rate = 0): HowFar {
    const total = this.#total;
    if (total === undefined || this.#done >= total) return {};
    const percent = share(this.#done, total);
    if (rate <= 0) return { percent };
    return { percent, remainingSeconds: Math.ceil((total - this.#done) / rate), remainingOf: "bytes" };
  }
}

/** Whole, and of what is not over yet never all. */
function share(part: number, whole: number): number {
  return Math.min(99, Math.floor((part / whole) * 100));
}

function ofShare(percent: number, elapsed: number): HowFar {
  if (percent < 1 || percent >= 100 || elapsed <= 0) return { percent: Math.floor(percent) };
  const remainingSeconds = Math.ceil((elapsed * (100 - percent)) / percent / 1000);
  return { percent: Math.floor(percent), remainingSeconds, remainingOf: "all" };
}
