import type { Follow } from "./follow.ts";
import type { HowFar, Whole } from "./line.ts";

/** One of several stores that are worked on one after the other. */
export interface Turn {
  readonly store: string;
  /** How long it took the last time; undefined: it was never timed. */
  readonly millis: number | undefined;
}

/** Whose turn it is: so many of them came before. All of them: what follows when each had its turn. */
export interface InTurn {
  readonly turns: readonly Turn[];
  readonly before: number;
}

/** What is told of one store's work says how far all of them are, too. Of one alone there is no more to say. */
export function following(follow: Follow, inTurn: InTurn): Follow {
  return inTurn.turns.length < 2 ? follow : (work) => follow({ ...work, inTurn });
}

/** How far all of them are. `far`: how far the one is whose turn it is; undefined when its turn is over. */
export function wholeOf({ turns, before }: InTurn, far: HowFar | undefined): Whole {
  const later = turns.slice(before + 1);
  const pending = far === undefined ? later : turns.slice(before);
  const [of, done] = [turns.length, turns.length - pending.length];
  if (pending.length === 0) return { done, of };
  const untimed = pending.filter(({ millis }) => millis === undefined).map(({ store }) => store);
  if (untimed.length > 0) return { done, of, unknown: `never timed yet: ${untimed.join(", ")}` };
  if (far !== undefined && far.remainingOf !== "all")
    return { done, of, unknown: `${turns[before]?.store} takes longer than the last time` };
  const millis = later.reduce((sum, one) => sum + (one.millis ?? 0), 0);
  return { done, of, remainingSeconds: (far?.remainingSeconds ?? 0) + Math.ceil(millis / 1000) };
}
