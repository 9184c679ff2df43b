/** Whether this process may believe that what it holds is still its own. */
export class Life {
  readonly #monotonic: () => number;
  readonly #sureForMs: number;
  #last: number;
  #controller = new AbortController();
  #ended = false;

  constructor(monotonic: () => number, sureForMs: number) {
    this.#monotonic = monotonic;
    this.#sureForMs = sureForMs;
    this.#last = monotonic();
  }

  /**
   * Tells the others that it lives; counted from when it was sent. What was held through a beat that came too late is given up
   * first: others may have taken it meanwhile.
   */
  async beat(send: () => Promise<void>): Promise<void> {
    this.check();
    const sent = this.#monotonic();
    await send();
    this.check();
    this.#last = sent;
    if (this.#controller.signal.aborted && this.sure()) this.#controller = new AbortController();
  }

  sure(): boolean {
    return !this.#ended && this.#monotonic() - this.#last < this.#sureForMs;
  }

  check(): void {
    if (!this.sure()) this.#controller.abort(new Error("this worker could not tell that it lives"));
  }

  signal(): AbortSignal {
    this.check();
    return this.#controller.signal;
  }

  end(): void {
    this.#ended = true;
    this.#controller.abort(new Error("this worker stops"));
  }
}
