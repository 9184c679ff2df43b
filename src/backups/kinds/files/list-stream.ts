import { Passing } from "../passing.ts";
import { type Listed, lineOf } from "./list.ts";

const together = 500;

/** A list of files as a stream, while its archive goes by: who takes its entries waits for whoever stores it. */
export class ListStream {
  readonly #passing = new Passing();
  #lines: string[] = [];

  async take(entry: Listed): Promise<void> {
    this.#lines.push(lineOf(entry));
    if (this.#lines.length === together) await this.#pass();
  }

  pieces(): AsyncGenerator<Uint8Array> {
    return this.#passing.pieces();
  }

  /** The stream ends; with what is thrown it breaks off. */
  async end(thrown?: Error): Promise<void> {
    if (thrown === undefined) await this.#pass();
    this.#passing.end(thrown);
  }

  /** Nobody stores it any more. */
  stop(): void {
    this.#passing.stop();
  }

  async #pass(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length > 0) await this.#passing.put(Buffer.from(lines.join("")));
  }
}
