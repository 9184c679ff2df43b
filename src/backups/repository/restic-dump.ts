import type { Running } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { unread } from "./restic-ends.ts";

/*
 * Nobody who reads locks: a key that may not write is enough, and nobody is kept from working. So a prune may put away under a reader
 * what it has written anew elsewhere. It does so only when the new index lies there and the old one is gone (cmd/restic/cmd_prune.go,
 * doPrune): who begins once more finds everything, and what is damaged is so twice.
 */

/** A file's bytes; what a second reading has to begin with goes by unseen. Throws as `unread` says. */
export async function* dumped(start: () => Promise<Running>): AsyncGenerator<Uint8Array> {
  let seen = 0;
  try {
    for await (const chunk of read(start)) {
      seen += chunk.length;
      yield chunk;
    }
    return;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
  }
  for await (const chunk of read(start)) {
    const again = Math.min(seen, chunk.length);
    seen -= again;
    if (again < chunk.length) yield chunk.subarray(again);
  }
}

async function* read(start: () => Promise<Running>): AsyncGenerator<Uint8Array> {
  const running = await start();
  let whole = false;
  try {
    yield* running.output;
    whole = true;
  } finally {
    if (!whole) running.stop();
  }
  const ended = await running.ended;
  if (ended.status !== 0) throw unread(ended);
}

/** The same for what is done as a whole: `read` leaves nothing behind where it throws. */
export async function onceMore<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return await read();
  }
}
