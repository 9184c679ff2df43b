import { messageOf, SystemError } from "../../kernel/errors.ts";
import type { Clock } from "../../kernel/ports.ts";
import type { Fenced } from "../point/point.ts";
import type { FencePart } from "./part.ts";

/** A mark is renewed so often, and one that nobody renewed for much longer was left by a run that was killed. */
const renewMillis = 30_000;
export const leftAfterMillis = 150_000;
const lookMillis = 2_000;
/** What is said of a writer that could not be given back. */
export const stillHeld = "still stands still and could not be given back";

export interface FenceOptions {
  /** In the order in which they are held; given back in the opposite one. */
  readonly parts: readonly FencePart[];
  /** Letters that never were before. */
  readonly by: string;
  readonly waitSeconds: number;
  readonly clock: Clock;
  readonly pause: (millis: number) => Promise<void>;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface BehindFence<T> {
  readonly done: T;
  readonly fenced: Fenced;
  /** What still stands still, with what to do: the next run tries again. */
  readonly notGivenBack: readonly string[];
}

/**
 * Does work while every writer is held, and gives them back whatever becomes of it. What a killed run left is given back first.
 * Throws when a writer cannot be held: then nothing was done, and those held before are given back.
 */
export async function behindFence<T>(options: FenceOptions, work: () => Promise<T>): Promise<BehindFence<T>> {
  await clearLeft(options);
  const { parts, clock, progress } = options;
  try {
    await raise(options);
  } catch (thrown) {
    const left = await giveBack(parts, options.by);
    if (left.length === 0) throw thrown;
    throw new SystemError(`${messageOf(thrown)}; ${left.join("; ")}`, "stop", { cause: thrown });
  }
  const from = clock.now();
  progress(`writers stand still: ${parts.map(({ name }) => name).join(", ")}`);
  const renewing = renewed(options);
  let notGivenBack: readonly string[] = [];
  let broken: readonly string[];
  let done: T;
  try {
    done = await work();
    broken = await brokenOf(parts);
  } finally {
    renewing.stop();
    await renewing.ended;
    notGivenBack = await giveBack(parts, options.by);
    for (const words of notGivenBack) progress(words);
  }
  const until = clock.now();
  const fenced: Fenced =
    broken.length === 0
      ? { kind: "fenced", from, until, by: parts.map(({ name }) => name) }
      : { kind: "unfenced", why: `the fence did not hold: ${broken.join("; ")}` };
  return { done, fenced, notGivenBack };
}

/**
 * Gives back what a killed run left; what another run holds is waited for. What an attempt of our own left is waited for as well, for
 * it may live, and stays as it is: it is held on.
 */
export async function clearLeft({ parts, by, clock, pause, progress, signal }: Omit<FenceOptions, "waitSeconds">) {
  for (;;) {
    const marks = await Promise.all(parts.map(async (part) => ({ part, mark: await part.mark() })));
    const held = marks.flatMap(({ part, mark }) => (mark === undefined ? [] : [{ part, mark }]));
    const [first] = held;
    if (first === undefined) return;
    const newest = Math.max(...held.map(({ mark }) => Date.parse(mark.at)));
    if (Date.parse(clock.now()) - newest >= leftAfterMillis) {
      const others = held.filter(({ mark }) => mark.by !== by);
      const left: string[] = [];
      if (others.length > 0) progress(`a run that was killed left writers standing still: ${namesOf(others)}`);
      for (const { part, mark } of others) left.push(...(await giveBack([part], mark.by)));
      if (left.length > 0) throw new SystemError(left.join("; "), "stop");
      return;
    }
    if (signal.aborted) throw new SystemError("it was broken off while it waited for another run's fence", "stop");
    progress(`${first.part.name} is held by ${first.mark.by}, renewed at ${first.mark.at}; waiting for its end`);
    await pause(lookMillis * 5);
  }
}

function namesOf(held: readonly { readonly part: FencePart }[]): string {
  return held.map(({ part }) => part.name).join(", ");
}

async function raise({ parts, by, waitSeconds, clock, pause, progress, signal }: FenceOptions): Promise<void> {
  const until = Date.parse(clock.now()) + waitSeconds * 1000;
  for (const part of parts) {
    progress(`holding the ${part.name}`);
    await part.hold(by, clock.now());
    for (let why = await part.waitingFor(); why !== undefined; why = await part.waitingFor()) {
      if (signal.aborted) throw new SystemError("it was broken off while writers ended", "stop");
      if (Date.parse(clock.now()) >= until)
        throw new SystemError(`after ${waitSeconds} s (fence.waitSeconds) there is no point: ${why}`, "retry");
      await pause(lookMillis);
    }
  }
}

/** A renewal that fails is tried again: only a mark that is old for long counts as left. */
function renewed({ parts, clock, pause }: FenceOptions): { readonly stop: () => void; readonly ended: Promise<void> } {
  const stopped = new AbortController();
  const gone = new Promise<void>((resolve) => stopped.signal.addEventListener("abort", () => resolve()));
  const ended = (async () => {
    while (!stopped.signal.aborted) {
      await Promise.race([pause(renewMillis), gone]);
      if (stopped.signal.aborted) return;
      for (const part of parts) await part.renew(clock.now()).catch(() => undefined);
    }
  })();
  return { stop: () => stopped.abort(), ended };
}

async function brokenOf(parts: readonly FencePart[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const part of parts) {
    try {
      const why = await part.broken();
      if (why !== undefined) found.push(why);
    } catch (thrown) {
      found.push(`whether the ${part.name} stood still is not known: ${messageOf(thrown)}`);
    }
  }
  return found;
}

/**
 * Gives back what this holder holds still, by the marks alone and however young they are: its work has to be over. Says what stands
 * still, with what to do.
 */
export async function giveBackHeld(parts: readonly FencePart[], by: string): Promise<readonly string[]> {
  const left: string[] = [];
  for (const part of parts.toReversed()) {
    try {
      if ((await part.mark())?.by === by) left.push(...(await giveBack([part], by)));
    } catch (thrown) {
      left.push(`whether the ${part.name} stands still by ${by} is not known: ${messageOf(thrown)}`);
    }
  }
  return left;
}

/** All of them, whatever becomes of one; what could not be given back, with what to do. */
async function giveBack(parts: readonly FencePart[], by: string): Promise<readonly string[]> {
  const left: string[] = [];
  for (const part of parts.toReversed()) {
    try {
      await part.giveBack(by);
    } catch (thrown) {
      left.push(
        `the ${part.name} ${stillHeld}: ${messageOf(thrown)}; the next run tries again, by hand see docs/backups.md`,
      );
    }
  }
  return left;
}
