import { SystemError } from "../../../kernel/errors.ts";

interface Offer {
  readonly chunk: Uint8Array;
  readonly taken: () => void;
  readonly refused: (why: Error) => void;
}

/** Hands pieces from one who reads on to another, one at a time: neither is further than a piece ahead. */
export class Passing {
  #offer: Offer | undefined;
  #wake: () => void = () => undefined;
  #end: { readonly thrown: Error | undefined } | undefined;
  #isStopped = false;

  /** Ends once the piece is taken; throws when nobody takes any more. */
  put(chunk: Uint8Array): Promise<void> {
    if (this.#isStopped) return Promise.reject(stopped());
    return new Promise((taken, refused) => {
      this.#offer = { chunk, taken, refused };
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
    this.#offer?.refused(stopped());
    this.#offer = undefined;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const offer = this.#offer;
      if (offer !== undefined) {
        this.#offer = undefined;
        offer.taken();
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

function stopped(): SystemError {
  return new SystemError("it is not read on", "stop");
}
