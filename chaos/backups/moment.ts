import type { Relay } from "../../src/backups/relay.test-support.ts";
import type { Ran, Running } from "./command.ts";
import { type Scene, type Told, toldOf, wordsOf } from "./fault.ts";
import { descendantsOf, type Process } from "./processes.ts";
import { pause } from "./source-database.ts";

/*
 * When a run is struck. A moment is a random share of what a run of the same work came to when it was last left alone: of its time,
 * of the bytes that it moved, of the life of a program. The first of its work is only watched, and so is one that was over before
 * its moment: it is made again, with another.
 */

/** Grows with a run, in whatever unit; asked all the while. */
type Progress = () => number;

export interface Aim {
  /** What is done, and in what its progress is told, in the same words each time. */
  readonly work: string;
  prepare?(): Promise<void>;
  start(): Running;
  progress(running: Running): Progress;
  /** False when there was nothing to hit at this moment: it is tried again at the next. */
  strike(running: Running): boolean | Promise<boolean>;
  /** Asked when the run is over and was struck; true when left out. */
  hasHit?(ran: Ran): boolean;
  /** When the run went its way to the end. */
  wasSpared?(): void;
}

/** A run is made so often at most, and no later than at this share of the whole struck: the machine may have become quicker. */
const latest = [1, 1, 0.7, 0.3] as const;

/** What a work comes to when nothing happens to it. */
export type Wholes = Map<string, number>;

/** Strikes a run at a random moment. */
export async function struckMidway(scene: Scene, aim: Aim): Promise<Told> {
  const wrong: string[] = [];
  for (const share of latest) {
    const told = await once(scene, aim, share);
    wrong.push(...(told.wrong ?? []));
    if (told.outcome !== "missed") return { ...told, wrong };
  }
  return { outcome: "missed", wrong };
}

async function once(scene: Scene, aim: Aim, until: number): Promise<Told> {
  const { wholes } = scene.stage;
  const whole = wholes.get(aim.work);
  await aim.prepare?.();
  const running = aim.start();
  const at = whole === undefined ? Number.POSITIVE_INFINITY : scene.random() * until * whole;
  const { isStruck, come } = await watched(running, aim, at);
  const ran = await running.ended;
  if (isStruck && aim.hasHit?.(ran) !== false) return toldOf(ran, scene, true);
  const told = toldOf(ran, scene, false);
  if (ran.status !== 0) return { ...told, wrong: [...(told.wrong ?? []), `nothing struck it: ${wordsOf(ran)}`] };
  wholes.set(aim.work, come);
  aim.wasSpared?.();
  return told;
}

/** Until the run's end: how far it came, and whether it was struck then. */
async function watched(
  running: Running,
  aim: Aim,
  at: number,
): Promise<{ readonly isStruck: boolean; readonly come: number }> {
  const progress = aim.progress(running);
  let come = 0;
  let isStruck = false;
  while (running.isRunning()) {
    come = progress();
    if (!isStruck && come >= at) isStruck = await aim.strike(running);
    await pause(2);
  }
  return { isStruck, come };
}

/** In milliseconds. */
export function elapsed(): Progress {
  const began = performance.now();
  return () => performance.now() - began;
}

/** Bytes that pass over a line from now on. */
export function bytesOver(line: Relay): Progress {
  const before = line.passed;
  return () => line.passed - before;
}

/** So much more counts each process than it lives, in milliseconds, so that one that is over at once is struck as well. */
const birthWeighs = 25;

/** Of a program's processes, together. */
export function lifeOf(found: () => readonly Process[]): Progress {
  const born = new Set<number>();
  let [lived, last] = [0, performance.now()];
  return () => {
    const [now, there] = [performance.now(), found()];
    if (there.length > 0) lived += now - last;
    last = now;
    for (const { pid } of there) born.add(pid);
    return lived + born.size * birthWeighs;
  };
}

/** Those among all that a process has started. */
export function processesOf(pid: number, program: RegExp): readonly Process[] {
  return descendantsOf(pid).filter(({ command }) => program.test(command));
}
