import { copyAll } from "../backups/second/arrive.ts";
import type { Arrival } from "../backups/second/copies.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { identityAt } from "./backup-places.ts";
import { followTo, progressTo } from "./backup-progress.ts";
import type { Work } from "./backup-work.ts";

/** Copies to the second repository; undefined where none is declared. */
export async function copyHere(work: Work): Promise<Arrival | undefined> {
  const { place, shell, signal } = work;
  const second = await place.second();
  if (second === undefined) return undefined;
  return copyAll({
    first: place.repository,
    second,
    identity: await identityAt(place),
    clock: shell.clock,
    progress: progressTo(work, undefined, "copy"),
    follow: followTo(work, "copy"),
    signal,
  });
}

/** After a run: the backups stand, whatever becomes of the copy; what is wrong with it is told here, and by `backup second` until it is mended. */
export async function copyAfterRun(work: Work): Promise<void> {
  const { shell, options } = work;
  let wrong: readonly string[];
  try {
    const arrival = await copyHere(work);
    if (arrival === undefined) return;
    wrong = arrival.wrong;
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    wrong = [messageOf(thrown)];
  }
  if (options.output === "jsonl") shell.out(`${JSON.stringify({ kind: "second", wrong })}\n`);
  for (const words of wrong) shell.err(`The second repository does not have it: ${words}\n`);
}
