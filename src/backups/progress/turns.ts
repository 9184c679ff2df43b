import type { Follow } from "./follow.ts";
import type { HowFar, Whole } from "./line.ts";

/** Work on one of several stores that are worked on one after the other. */
export interface Turn {
  /** What it is counted with: where stores are backed up and then proven, each is counted for itself. */
  readonly what: Whole["what"];
  readonly store: string;
  /** How long it took the last time; undefined: nobody knows how long it takes. */
  readonly millis: number | undefined;
}

/** Whose turn it is: so many of them came before. All of them: what follows when each had its turn. */
export interface InTurn {
  readonly turns: readonly Turn[];
  readonly before: number;
}

/** The turn of what is done with one store now. */
export function turnIn(turns: readonly Turn[], what: Turn["what"], store: string): InTurn {
  return { turns, before: turns.findIndex((one) => one.what === what && one.store === store) };
}

/** What is told of one store's work says how far all of it is, too. Of one store alone there is no more to say. */
export function following(follow: Follow, inTurn: InTurn): Follow {
  const { turns, before } = inTurn;
  const stores = new Set(turns.map(({ store }) => store));
  return stores.size < 2 ? follow : (work) => follow({ ...work, millis: turns[before]?.millis, inTurn });
}

/** How far all of it is. `far`: how far the one is whose turn it is; undefined when its turn is over. */
export function wholeOf({ turns, before }: InTurn, far: HowFar | undefined): Whole {
  const current = turns[before] ?? turns.at(-1);
  const pending = turns.slice(far === undefined ? before + 1 : before);
  const ofKind = (some: readonly Turn[]): number => some.filter(({ what }) => what === current?.what).length;
  const of = ofKind(turns);
  return { what: current?.what ?? "stores", done: of - ofKind(pending), of, ...leftOf(pending, far) };
}

/** The first of what is pending is as far as it says. */
function leftOf(pending: readonly Turn[], far: HowFar | undefined): Pick<Whole, "remainingSeconds" | "unknown"> {
  const [current] = pending;
  if (current === undefined) return {};
  const untimed = new Set(pending.filter(({ millis }) => millis === undefined).map(({ store }) => store));
  if (untimed.size > 0) return { unknown: `no time is known for ${[...untimed].join(", ")}` };
  if (far !== undefined && far.remainingOf !== "all")
    return { unknown: `${current.store} takes longer than the last time` };
  const later = far === undefined ? pending : pending.slice(1);
  const millis = later.reduce((sum, one) => sum + (one.millis ?? 0), 0);
  return { remainingSeconds: (far?.remainingSeconds ?? 0) + Math.ceil(millis / 1000) };
}
