import { DueHeap } from "./due-heap.ts";

/*
 * Many targets, each at its own interval, none in the way of another. A turn counts against the quick lane for its first half
 * second only; after that it stands in the slow lane, and a target whose last turn ended there begins there. So targets that
 * hang share the slow lane among themselves and take nothing from those that answer.
 */

/** Time as it passes, whatever the wall clock is set to: milliseconds since any moment. */
export interface Timers {
  now(): number;
  /** Calls back once after `millis`; the returned function calls it off. */
  after(millis: number, call: () => void): () => void;
}

export interface Scheduled {
  readonly id: string;
  readonly everySeconds: number;
  /** The turn's signal fires after so long. One that does not heed it holds up its own target alone. */
  readonly timeoutSeconds: number;
}

/** How a turn went. `latenessMillis`: from when it was due to when it began. */
export interface Turn<T> {
  readonly target: T;
  readonly outcome: "done" | "failed" | "timed-out";
  readonly latenessMillis: number;
  readonly durationMillis: number;
  /** Turns before this one that had no time left: they are not made up. */
  readonly missed: number;
  readonly error?: unknown;
}

export interface ScheduleOptions<T extends Scheduled> {
  readonly timers: Timers;
  /** Turns in the quick lane at once. */
  readonly atOnce: number;
  /** Turns in the slow lane at once that begin there; as many as in the quick lane when left out. */
  readonly slowAtOnce?: number;
  run(target: T, signal: AbortSignal): Promise<void>;
  ended(turn: Turn<T>): void;
}

const quickMillis = 500;

interface Entry<T> {
  readonly target: T;
  slow: boolean;
  removed: boolean;
  /** A turn that was given up and has not ended: a target is never asked twice at once. */
  lingers: boolean;
}

type Waiting<T> = { readonly entry: Entry<T>; readonly due: number };

/** Gives targets their turns. At most one turn of a target runs at a time. */
export class Schedule<T extends Scheduled> {
  readonly #options: ScheduleOptions<T>;
  readonly #due = new DueHeap<Entry<T>>();
  readonly #entries = new Map<string, Entry<T>>();
  readonly #waiting: Record<"quick" | "slow", Waiting<T>[]> = { quick: [], slow: [] };
  readonly #running = { quick: 0, slow: 0 };
  readonly #turns = new Set<AbortController>();
  #cancelTimer: (() => void) | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: ScheduleOptions<T>) {
    this.#options = options;
  }

  /** Targets join at a moment of their interval that follows from their id, so that a restart is no burst. Those gone leave. */
  set(targets: readonly T[]): void {
    const now = this.#options.timers.now();
    const ids = new Set(targets.map(({ id }) => id));
    for (const [id, entry] of this.#entries) {
      if (!ids.has(id)) this.#remove(id, entry);
    }
    for (const target of targets) {
      const before = this.#entries.get(target.id);
      if (before?.target === target) continue;
      if (before !== undefined) this.#remove(target.id, before);
      const entry = { target, slow: false, removed: false, lingers: false };
      this.#entries.set(target.id, entry);
      this.#due.push(now + phaseOf(target.id) * target.everySeconds * 1000, entry);
    }
    this.#arm();
  }

  /** No further turn begins; running ones are told. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    for (const turn of this.#turns) turn.abort();
  }

  /** Turns that are due and wait for room. */
  get backlog(): number {
    return this.#waiting.quick.length + this.#waiting.slow.length;
  }

  #remove(id: string, entry: Entry<T>): void {
    entry.removed = true;
    this.#entries.delete(id);
  }

  #arm(): void {
    const next = this.#due.nextDue;
    if (next === undefined || this.#stopped || next >= this.#timerDue) return;
    this.#cancelTimer?.();
    this.#timerDue = next;
    const { timers } = this.#options;
    this.#cancelTimer = timers.after(Math.max(0, next - timers.now()), () => this.#wake());
  }

  #wake(): void {
    this.#timerDue = Number.POSITIVE_INFINITY;
    this.#cancelTimer = undefined;
    const now = this.#options.timers.now();
    for (let next = this.#due.nextDue; next !== undefined && next <= now; next = this.#due.nextDue) {
      const popped = this.#due.pop();
      if (popped === undefined) break;
      this.#waiting[popped.item.slow ? "slow" : "quick"].push({ entry: popped.item, due: popped.due });
    }
    this.#startWaiting();
    this.#arm();
  }

  #startWaiting(): void {
    const { atOnce, slowAtOnce = atOnce } = this.#options;
    this.#startLane("quick", atOnce);
    this.#startLane("slow", slowAtOnce);
  }

  #startLane(lane: "quick" | "slow", room: number): void {
    const waiting = this.#waiting[lane];
    let taken = 0;
    while (taken < waiting.length && this.#running[lane] < room && !this.#stopped) {
      const next = waiting[taken];
      taken += 1;
      if (next === undefined || next.entry.removed) continue;
      if (next.entry.lingers) this.#skip(next);
      else this.#start(next, lane);
    }
    if (taken > 0) waiting.splice(0, taken);
  }

  #skip({ entry, due }: Waiting<T>): void {
    const missed = this.#again(entry, due);
    const latenessMillis = this.#options.timers.now() - due;
    this.#options.ended({ target: entry.target, outcome: "timed-out", latenessMillis, durationMillis: 0, missed });
  }

  #start({ entry, due }: Waiting<T>, lane: "quick" | "slow"): void {
    const { timers } = this.#options;
    const { target } = entry;
    const began = timers.now();
    const turn = new AbortController();
    this.#turns.add(turn);
    let here = lane;
    let over = false;
    this.#running[here] += 1;
    const cancelMove = timers.after(quickMillis, () => {
      if (here === "slow") return;
      this.#running.quick -= 1;
      this.#running.slow += 1;
      here = "slow";
      this.#startWaiting();
    });
    const cancelTimeout = timers.after(target.timeoutSeconds * 1000, () => {
      turn.abort();
      finish("timed-out");
    });
    const finish = (outcome: Turn<T>["outcome"], error?: unknown): void => {
      if (over) return;
      over = true;
      cancelMove();
      cancelTimeout();
      this.#turns.delete(turn);
      this.#running[here] -= 1;
      entry.slow = timers.now() - began >= quickMillis;
      const missed = this.#again(entry, due);
      const times = { latenessMillis: began - due, durationMillis: timers.now() - began };
      entry.lingers = outcome === "timed-out";
      this.#options.ended({ target, outcome, missed, ...times, ...(error === undefined ? {} : { error }) });
      this.#startWaiting();
      this.#arm();
    };
    const settled = (outcome: "done" | "failed", error?: unknown): void => {
      finish(outcome, error);
      entry.lingers = false;
    };
    this.#options.run(target, turn.signal).then(
      () => settled("done"),
      (error: unknown) => settled("failed", error),
    );
  }

  /** The next turn, on the target's own grid; returns how many turns of the grid have passed meanwhile. */
  #again(entry: Entry<T>, due: number): number {
    if (entry.removed) return 0;
    const every = entry.target.everySeconds * 1000;
    const missed = Math.max(0, Math.floor((this.#options.timers.now() - due) / every));
    this.#due.push(due + (missed + 1) * every, entry);
    return missed;
  }
}

/** From 0 to 1, the same for an id on every start (FNV-1a). */
function phaseOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  // The last bits of similar ids are alike: stir once more.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}
