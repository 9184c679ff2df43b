import type { Backup } from "./store-words.ts";

/** How a restore point is drawn: what its last proof says, or that it is there no more. */
export type MarkKind = "proven" | "not-proven" | "sampled" | "failed" | "removed" | "lost";

export interface Mark {
  readonly id: string;
  readonly at: string;
  readonly kind: MarkKind;
  readonly bytes: number;
  readonly class: string;
  readonly provenAt: string | null;
  /** From 0 to 1 within the span. */
  readonly place: number;
}

/** A stretch of a lane; `late`: longer ago than may be lost. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly late: boolean;
}

export interface Lane {
  readonly environment: string;
  readonly store: string;
  /** The oldest first. */
  readonly marks: readonly Mark[];
  readonly stretches: readonly Stretch[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export const markWords: Readonly<Record<MarkKind, string>> = {
  proven: "proven",
  "not-proven": "not proven",
  sampled: "proven by samples only",
  failed: "its proof failed",
  removed: "removed by retention",
  lost: "gone, and not by us",
};

export function kindOf({ verdict, goneAt, removedBy }: Pick<Backup, "verdict" | "goneAt" | "removedBy">): MarkKind {
  if (goneAt !== null) return removedBy === null ? "lost" : "removed";
  return verdict;
}

/** One lane for each store, in the order given. What could be brought back counts: neither failed proofs nor what is gone. */
export function lanesOf(
  stores: readonly { readonly environment: string; readonly store: string; readonly rpoHours: number | null }[],
  backups: readonly Backup[],
  span: Span,
): readonly Lane[] {
  const byStore = Map.groupBy(backups, ({ environment, store }) => `${environment} ${store}`);
  return stores.map(({ environment, store, rpoHours }) => {
    const mine = (byStore.get(`${environment} ${store}`) ?? []).toSorted((a, b) => millis(a) - millis(b));
    const good = mine.filter((one) => !["failed", "lost", "removed"].includes(kindOf(one))).map(millis);
    return {
      environment,
      store,
      marks: mine.filter((one) => millis(one) >= span.from && millis(one) <= span.to).map((one) => markOf(one, span)),
      stretches: rpoHours === null ? [] : stretchesOf(good, rpoHours * 3_600_000, span),
    };
  });
}

function millis({ takenAt }: Pick<Backup, "takenAt">): number {
  return Date.parse(takenAt);
}

function markOf(backup: Backup, span: Span): Mark {
  const { id, takenAt: at, bytes, provenAt } = backup;
  return { id, at, bytes, provenAt, class: backup.class, kind: kindOf(backup), place: placeOf(millis(backup), span) };
}

export function placeOf(at: number, { from, to }: Span): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** From the first backup on: within the objective, then late until the next one comes. */
function stretchesOf(taken: readonly number[], mostMillis: number, span: Span): readonly Stretch[] {
  return taken.flatMap((at, index): readonly Stretch[] => {
    const next = Math.min(taken[index + 1] ?? span.to, span.to);
    const due = Math.min(at + mostMillis, next);
    const stretch = (begin: number, end: number, late: boolean): readonly Stretch[] =>
      end <= span.from || begin >= end ? [] : [{ from: placeOf(begin, span), to: placeOf(end, span), late }];
    return [...stretch(at, due, false), ...stretch(due, next, true)];
  });
}

/** A name in so many letters: its middle goes, since what tells names apart stands at their ends. */
export function shortName(name: string, letters: number): string {
  if (name.length <= letters) return name;
  const ends = Math.max(2, letters - 1);
  return `${name.slice(0, Math.ceil(ends / 2))}…${name.slice(-Math.floor(ends / 2))}`;
}

export interface Tick {
  readonly at: string;
  readonly place: number;
}

const steps = [1, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 30 * 24, 90 * 24].map((hours) => hours * 3_600_000);

/** Moments below a time line, at most so many, on whole hours and days of UTC. */
export function ticksOf(span: Span, most: number): readonly Tick[] {
  const step = steps.find((one) => (span.to - span.from) / one <= most) ?? 365 * 86_400_000;
  const first = Math.ceil(span.from / step) * step;
  const ticks: Tick[] = [];
  for (let at = first; at <= span.to; at += step)
    ticks.push({ at: new Date(at).toISOString(), place: placeOf(at, span) });
  return ticks;
}

/** The mark that an arrow leads to: along its lane, or to the nearest in time of the next lane that has any. */
export function neighbourOf(lanes: readonly Lane[], [lane, mark]: readonly [number, number], key: string) {
  const marks = lanes[lane]?.marks ?? [];
  const here = marks[mark];
  if (here === undefined) return undefined;
  if (key === "ArrowUp" || key === "ArrowDown") return nearest(lanes, lane, key === "ArrowUp" ? -1 : 1, here.place);
  const along: Readonly<Record<string, number>> = {
    ArrowLeft: mark - 1,
    ArrowRight: mark + 1,
    Home: 0,
    End: marks.length - 1,
  };
  const to = along[key];
  return to === undefined ? undefined : ([lane, Math.max(0, Math.min(marks.length - 1, to))] as const);
}

function nearest(lanes: readonly Lane[], from: number, step: 1 | -1, place: number) {
  for (let lane = from + step; lane >= 0 && lane < lanes.length; lane += step) {
    const marks = lanes[lane]?.marks ?? [];
    if (marks.length === 0) continue;
    const distances = marks.map((one) => Math.abs(one.place - place));
    return [lane, distances.indexOf(Math.min(...distances))] as const;
  }
  return undefined;
}
