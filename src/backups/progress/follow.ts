import { Course, type Expected } from "./course.ts";
import type { HowFar } from "./line.ts";
import { type InTurn, wholeOf } from "./turns.ts";

/** Begins to tell of a piece of work. */
export type Follow = (work: Followable) => Followed;

interface Followable extends Expected {
  readonly store?: string | undefined;
  /** Where it is one of several. */
  readonly inTurn?: InTurn | undefined;
}

/** Work that is told of until its end. */
export interface Followed extends Pick<Course, "guess" | "moved" | "read" | "reached" | "phase"> {
  end(): void;
}

export interface Telling {
  readonly tell: (store: string | undefined, far: HowFar) => void;
  /** Milliseconds. */
  readonly now: () => number;
  readonly everyMillis: number;
  /** What goes on for long is told the more seldom: only after such a part of all the time that it took so far. */
  readonly everyShare?: number;
  /** Called at the end, with what is told last. */
  readonly over: (store: string | undefined, far: HowFar) => void;
}

/** Tells now and then how far it is: as bytes go by or something else is done, and while nothing goes by too. */
export function followBy({ tell, now, everyMillis, everyShare = 0, over }: Telling): Follow {
  return ({ store, inTurn, ...expected }) => {
    const began = now();
    let last = began;
    const course = new Course(expected, began);
    const far = (at: number, isOver: boolean): HowFar => {
      const told = course.told(at);
      return inTurn === undefined ? told : { ...told, whole: wholeOf(inTurn, isOver ? undefined : told) };
    };
    const look = (): void => {
      const at = now();
      if (at - last < Math.max(everyMillis, (at - began) * everyShare)) return;
      last = at;
      tell(store, far(at, false));
    };
    const timer = setInterval(look, everyMillis);
    timer.unref();
    return {
      guess: (bytes) => course.guess(bytes),
      moved(bytes) {
        course.moved(bytes);
        look();
      },
      read(part, position) {
        course.read(part, position);
        look();
      },
      reached(percent) {
        course.reached(percent);
        look();
      },
      phase(words) {
        course.phase(words);
        look();
      },
      end() {
        clearInterval(timer);
        over(store, far(now(), true));
      },
    };
  };
}

const nobody: Followed = {
  guess: () => undefined,
  moved: () => undefined,
  read: () => undefined,
  reached: () => undefined,
  phase: () => undefined,
  end: () => undefined,
};

/** Where nobody wants to hear of it. */
export const followNot: Follow = () => nobody;
