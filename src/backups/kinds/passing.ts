interface Offer {
  readonly chunk: Uint8Array;
  readonly settle: (isTaken: boolean) => void;
}

/** Hands pieces from one who reads on to another, one at a time: neither is further than a piece ahead. */
export class Passing {
  #offer: Offer | undefined;
  #wake: () => void = () => undefined;
  #end: { readonly thrown: Error | undefined } | undefined;
  #isStopped = false;

  /** True once the piece is taken, false when nobody takes any more. */
  put(chunk: Uint8Array): Promise<boolean> {
    if (this.#isStopped) return Promise.resolve(false);
    return new Promise((settle) => {
      this.#offer = { chunk, settle };
      this.#wake();
    });
  }

  /** Nothing more comes; what is thrown is thrown to whoever takes. */
  end(thrown?: Error): void {
    this.#end = { thrown };
    this.#wake();
  }

  /** Nothing more is taken. */
  stop(): void {
    this.#isStopped = true;
    this.#offer?.settle(false);
    this.#offer = undefined;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const offer = this.#offer;
      if (offer !== undefined) {
        this.#offer = undefined;
        offer.settle(true);
        yield offer.chunk;
      } else if (this.#end !== undefined) {
        if (this.#end.thrown !== undefined) throw this.#end.thrown;
        return;
      } else
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
    }
  }
}
