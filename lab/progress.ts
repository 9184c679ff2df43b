import { messageOf } from "../src/kernel/errors.ts";

/** Says what is being started, and how long it took. */
export class Progress {
  readonly #say: (line: string) => void;
  readonly #begun = performance.now();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Runs work under a name that people understand. */
  async step<T>(title: string, work: Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      const done = await work;
      this.#say(`  ${seconds(performance.now() - begun)}  ${title}`);
      return done;
    } catch (thrown) {
      this.#say(`  failed   ${title}: ${messageOf(thrown)}`);
      throw thrown;
    }
  }

  say(line: string): void {
    this.#say(line);
  }

  /** Since the beginning. */
  total(): string {
    return seconds(performance.now() - this.#begun).trim();
  }
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`.padStart(7);
}
