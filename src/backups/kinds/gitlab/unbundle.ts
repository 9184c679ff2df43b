import { InputError } from "../../../kernel/errors.ts";
import { longestHead, type Refs, readHead } from "./bundle-head.ts";

/** A bundle's refs, and then its pack; both are read once, in this order. */
export interface Unbundling {
  refs(): Promise<Refs>;
  pack(): AsyncGenerator<Uint8Array>;
}

export function unbundle(source: AsyncIterable<Uint8Array>): Unbundling {
  const input = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return {
    async refs() {
      let head = Buffer.alloc(0);
      for (;;) {
        const step = await input.next();
        if (step.done === true) throw new InputError("the bundle is cut short");
        head = Buffer.concat([head, step.value]);
        const end = head.indexOf("\n\n");
        if (end < 0 && head.length < longestHead) continue;
        if (end < 0) throw new InputError("the head of the bundle has no end");
        rest = head.subarray(end + 2);
        const seen = new Map<string, string>();
        readHead(head.subarray(0, end).toString("utf8"), seen);
        return seen;
      }
    },
    async *pack() {
      if (rest.length > 0) yield rest;
      for (let step = await input.next(); step.done !== true; step = await input.next()) yield step.value;
    },
  };
}
