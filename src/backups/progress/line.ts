import * as z from "zod";
import { formatDuration } from "../../kernel/duration.ts";

/*
 * What is told of work on backups under way, in the same way of all of it: a line of `-o jsonl`, and words to a person.
 */

/** Of work on several stores, one after the other. */
const Whole = z.object({
  what: z
    .enum(["stores", "backups", "proofs", "restores"])
    .describe("What is counted: the stores of a drill, else what is done with each store now"),
  done: z.number().describe("As many are over, whatever came of them"),
  of: z.number().describe("All that there are to do"),
  remainingSeconds: z
    .number()
    .optional()
    .describe("Until all is over, also what follows for each store, each in the time that it took last"),
  unknown: z.string().optional().describe("Why nobody knows how long that is"),
});
export type Whole = z.infer<typeof Whole>;

/** How far it is. What is not known is left out. */
const HowFar = z.object({
  phase: z.string().optional().describe("What it does now, in words"),
  seconds: z.number().optional().describe("Since it began"),
  done: z.number().optional().describe("Bytes that went by, each counted once"),
  total: z
    .number()
    .optional()
    .describe("All bytes that will; of a backup as many as the last time, until as many have"),
  percent: z.number().optional().describe("Whole; of the time where remainingSeconds is of all, else of the bytes"),
  bytesPerSecond: z.number().optional().describe("Of the last moments"),
  remainingSeconds: z.number().optional(),
  remainingOf: z
    .enum(["all", "bytes"])
    .optional()
    .describe("all: until its end, as long as the last time. bytes: until they have gone by, whatever follows then"),
  whole: Whole.optional().describe("How far the work on all stores is, where there are several"),
});
export type HowFar = z.infer<typeof HowFar>;

export type What = "backup" | "proof" | "restore" | "drill" | "check" | "copy";

/** Either words or how far it is. */
export const ProgressLine = HowFar.extend({
  kind: z.literal("progress"),
  what: z.string().optional().describe("backup, proof, restore, drill, check or copy"),
  store: z.string().optional().describe("Which store; of a backup that others made, which of its files"),
  text: z.string().optional(),
});
export type ProgressLine = z.infer<typeof ProgressLine>;

export function lineOf(said: Omit<ProgressLine, "kind" | "what"> & { readonly what: What | undefined }): string {
  return `${JSON.stringify({ kind: "progress", ...said })}\n`;
}

/**
 * `mlflow/database: 120 MB of 400 MB, 30 MB a second, the rest in some 9 seconds`; `sized` is how bytes are written. How far all stores are
 * comes first: a terminal cuts the line off.
 */
export function farWords(store: string | undefined, far: HowFar, sized: (bytes: number) => string): string {
  const { phase, seconds, done, total, bytesPerSecond, remainingSeconds, remainingOf, whole } = far;
  const moves = done !== undefined && done !== total;
  const numbers = [
    bytesWords(far, sized),
    said(bytesPerSecond, (rate) => `${sized(rate)} a second`),
    said(moves ? undefined : seconds, (since) => `${formatDuration(since)} so far`),
    said(remainingSeconds, (left) => leftWords(left, remainingOf)),
  ];
  const words = numbers.filter((one) => one !== "").join(", ");
  const own = [store, phase === undefined ? words : `${words}; ${phase}`].filter((one) => one !== undefined).join(": ");
  return whole === undefined ? own : `${wholeWords(whole)}; ${own}`;
}

function wholeWords({ what, done, of, remainingSeconds, unknown }: Whole): string {
  const left = unknown === undefined ? said(remainingSeconds, (all) => leftWords(all, "all")) : "time left unknown";
  return [`${done} of ${of} ${what} done`, left].filter((one) => one !== "").join(", ");
}

function bytesWords({ done, total, percent }: HowFar, sized: (bytes: number) => string): string {
  if (done === undefined) return said(percent, (share) => `${share} %`);
  if (done === total) return `all of ${sized(done)}`;
  return `${sized(done)}${said(total, (all) => ` of ${sized(all)}`)}`;
}

function said(value: number | undefined, words: (value: number) => string): string {
  return value === undefined ? "" : words(value);
}

function leftWords(seconds: number, of: HowFar["remainingOf"]): string {
  return of === "bytes" ? `the rest in some ${formatDuration(seconds)}` : `some ${formatDuration(seconds)} left`;
}
