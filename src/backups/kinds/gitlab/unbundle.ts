import { InputError } from "../../../kernel/errors.ts";
import { longestHead, type Refs, refsOfHead } from "./bundle-head.ts";

/** A bundle's head, and then its pack; both are read once, in this order. */
export interface Unbundling {
  /** Its lines, as they stand there. */
  head(): Promise<string>;
  /** The refs of its head, in the place of it. */
  refs(): Promise<Refs>;
  pack(): AsyncGenerator<Uint8Array>;
  /** How long the head is, once it was read. */
  headBytes(): number;
}

export function unbundle(source: AsyncIterable<Uint8Array>): Unbundling {
  const input = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  let headBytes = 0;
  async function head(): Promise<string> {
    let read = Buffer.alloc(0);
    for (;;) {
      const step = await input.next();
      if (step.done === true) throw new InputError("the bundle is cut short");
      read = Buffer.concat([read, step.value]);
      const end = read.indexOf("\n\n");
      if (end < 0 && read.length < longestHead) continue;
      if (end < 0) throw new InputError("the head of the bundle has no end");
      rest = read.subarray(end + 2);
      headBytes = end + 2;
      return read.subarray(0, end).toString("utf8");
    }
  }
  return {
    head,
    headBytes: () => headBytes,
    refs: async () => refsOfHead(await head()),
    async *pack() {
      if (rest.length > 0) yield rest;
      for (let step = await input.next(); step.done !== true; step = await input.next()) yield step.value;
    },
  };
}
