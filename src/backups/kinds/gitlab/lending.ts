import { asError } from "../../../kernel/errors.ts";

/** Lends a stream to a program: once it is closed nothing reads on, whatever still waits in between. */
export class Lending implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  #reading: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  failure: Error | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reading;
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    const step = this.#source.next();
    this.#reading = step.then(
      () => undefined,
      (thrown: unknown) => {
        this.failure = asError(thrown);
      },
    );
    return step;
  }
}
