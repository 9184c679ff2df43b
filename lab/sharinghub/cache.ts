/** In memory, of one worker; gone with the process. */
export class TimedCache<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #millis: number;
  readonly #now: () => Date;

  /** Infinity: an entry never ends. */
  constructor(seconds: number, now: () => Date) {
    this.#millis = seconds * 1000;
    this.#now = now;
  }

  get(key: string): T | undefined {
    const found = this.#entries.get(key);
    return found !== undefined && found.until > this.#now().getTime() ? found.value : undefined;
  }

  /** Also prolongs: an entry counts from now. */
  set(key: string, value: T): void {
    this.#entries.set(key, { value, until: this.#now().getTime() + this.#millis });
  }

  clear(): void {
    this.#entries.clear();
  }
}
