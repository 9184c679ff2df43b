import type { Row } from "../../api/types.ts";
import type { IconName } from "../../parts/icon.tsx";
import type { Tone } from "../../parts/tag.tsx";

export type RunRow = Row<"/runs">;
type Standing = Pick<RunRow, "state" | "waitsFor">;

export const runStates = ["ready", "queued", "running", "waiting", "paused", "done", "aborted", "cancelled"] as const;

/** What a run is called, and how loud, by its state; one that waits, by what it waits for: people first. */
const looks: Readonly<Record<RunRow["state"] | NonNullable<RunRow["waitsFor"]>, readonly [string, Tone, IconName]>> = {
  approval: ["waits for approval", "orange", "user"],
  attestation: ["waits for a person", "orange", "user"],
  decision: ["needs a decision", "red", "question"],
  time: ["waits for its time", "blue", "clock"],
  condition: ["waits for a condition", "blue", "clock"],
  window: ["waits for a window", "blue", "clock"],
  retry: ["tries again soon", "yellow", "reload"],
  worker: ["waits for a worker", "yellow", "pause"],
  stop: ["emergency stop", "red", "stop"],
  ready: ["ready", "blue", "clock"],
  queued: ["queued", "blue", "clock"],
  running: ["running", "blue", "runs"],
  waiting: ["waiting", "yellow", "pause"],
  paused: ["paused", "yellow", "pause"],
  done: ["done", "green", "check"],
  aborted: ["aborted", "grey", "stop"],
  cancelled: ["cancelled", "grey", "cross"],
};

/** A run's state in a word or three, with the look that goes with it. */
export function lookOf({ state, waitsFor }: Standing): readonly [word: string, tone: Tone, icon: IconName] {
  return looks[state === "waiting" && waitsFor !== null ? waitsFor : state];
}

export function hasEnded({ state }: Pick<RunRow, "state">): boolean {
  return state === "done" || state === "aborted" || state === "cancelled";
}

/** Whether a person is what it waits for. */
export function wantsPerson({ state, waitsFor }: Standing): boolean {
  return state === "waiting" && (waitsFor === "approval" || waitsFor === "attestation" || waitsFor === "decision");
}

/** Why it stands where it stands, in one sentence. */
export function whyOf(run: Pick<RunRow, "state" | "reason" | "position" | "steps" | "direction" | "wanted">): string {
  const wanted = run.wanted === null ? "" : ` To ${run.wanted} was asked for, and comes after this step.`;
  if (run.reason !== null) return `${run.reason}${wanted}`;
  return `${plain(run)}${wanted}`;
}

function plain({ state, position, steps, direction }: Parameters<typeof whyOf>[0]): string {
  if (state === "done") return steps === 1 ? "Its one step is behind it." : `All ${steps} steps are behind it.`;
  if (state === "aborted") return "What could be taken back was taken back.";
  if (state === "cancelled")
    return `It was ended at step ${clamped(position, steps)} of ${steps}; nothing was taken back.`;
  if (direction === "undo") return "It takes back what it did, the last first.";
  return `Step ${clamped(position, steps)} of ${steps}.`;
}

function clamped(position: number, steps: number): number {
  return Math.min(Math.max(position, 0) + 1, steps);
}

/** How long it took, or has taken so far, in seconds. */
export function secondsOf(
  { createdAt, startedAt, endedAt }: Pick<RunRow, "createdAt" | "startedAt" | "endedAt">,
  now: number,
): number {
  const end = endedAt === null ? now : Date.parse(endedAt);
  return Math.max(0, (end - Date.parse(startedAt ?? createdAt)) / 1000);
}

const mostInHeading = 110;

/**
 * What a run does in so few words that it can be a heading: without what stands in brackets and after the first sentence, and of
 * one that is longer still without the list after its colon.
 */
export function shortOf(about: string): string {
  const whole = (about.split(/ \(|\. /)[0] ?? about).trim();
  const words = whole.length <= mostInHeading ? whole : (whole.split(": ")[0] ?? whole);
  return words.length <= mostInHeading ? words : `${words.slice(0, mostInHeading - 1)}…`;
}

/** What a step leaves outside, before and after it was done; undefined: nothing. */
export function effectWords(effect: string): string | undefined {
  if (effect === "none") return undefined;
  return effect === "irreversible" ? "cannot be taken back" : `can be taken back: ${effect}`;
}

/** What a step demands before it starts; undefined: nothing. */
export function receiptWords(
  receipt: { readonly component: string | null; readonly stores: readonly string[] } | null,
): string | undefined {
  if (receipt === null) return undefined;
  const { component, stores } = receipt;
  const whose = component === null ? "every store of the environment" : `every store of ${component}`;
  return `starts only with a fresh backup receipt of ${stores.length === 0 ? whose : stores.join(", ")}`;
}
