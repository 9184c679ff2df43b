import type { Reply } from "../../api/types.ts";
import type { LiveEvent } from "../../api/use-live.ts";

/** A line of a run's log as it is shown. `loud`: it went wrong. */
export interface LogLine {
  readonly key: string;
  readonly at: string;
  readonly who: string;
  readonly text: string;
  readonly loud: boolean;
  /** How far the step is, where the line says so. */
  readonly far?: Far;
}

/** As the server's `StepProgress` is told. */
export interface Far {
  readonly store: string | undefined;
  readonly phase: string | undefined;
  readonly percent: number | undefined;
  readonly remainingSeconds: number | undefined;
  /** Of what the remaining seconds are: of all, or only of the bytes that have yet to go by. */
  readonly remainingOf: string | undefined;
  /** How far the work on all stores is, where the step works on several one after the other. */
  readonly whole: Whole | undefined;
}

export interface Whole {
  /** What is counted: stores, backups, proofs or restores. */
  readonly what: string;
  readonly done: number;
  readonly of: number;
  readonly remainingSeconds: number | undefined;
  /** Why nobody knows how long it takes. */
  readonly unknown: string | undefined;
}

/** So many are kept on screen; all of them are in `run log`. */
const most = 2000;

/** The lines with those of one more event. One that was told already, when a connection was taken up again, adds none. */
export function withEvent(lines: readonly LogLine[], event: LiveEvent): readonly LogLine[] {
  if (lines.some(({ key }) => key.startsWith(`${event.id}/`))) return lines;
  return [...lines, ...linesOfEvent(event)].slice(-most);
}

function linesOfEvent({ id, event, data: told }: LiveEvent): readonly LogLine[] {
  const { at, data } = told as { readonly at: string; readonly data: Readonly<Record<string, unknown>> };
  const line = (who: string, text: string, loud = false, index = 0): LogLine => ({
    key: `${id}/${index}`,
    at,
    who,
    text,
    loud,
  });
  const word = (name: string): string => (typeof data[name] === "string" ? data[name] : "");
  switch (event) {
    case "log":
      return Array.isArray(data["lines"])
        ? data["lines"].flatMap((said, index) =>
            isSaid(said) ? [{ ...line("", said.text, false, index), at: said.at, ...farOf(said) }] : [],
          )
        : [];
    case "step":
      return [
        line(
          word("name"),
          `${word("direction") === "undo" ? "taken back: " : ""}${word("outcome")}: ${word("message")}`,
          wentWrong(word("outcome")),
        ),
      ];
    case "decision":
      return [line(word("by"), word("what"))];
    default:
      return [
        line(
          "run",
          [
            word("state"),
            word("waitsFor") === "" ? "" : ` for ${word("waitsFor")}`,
            word("reason") === "" ? "" : `: ${word("reason")}`,
          ].join(""),
        ),
      ];
  }
}

function isSaid(line: unknown): line is { readonly at: string; readonly text: string } {
  return (
    typeof line === "object" &&
    line !== null &&
    "at" in line &&
    typeof line.at === "string" &&
    "text" in line &&
    typeof line.text === "string"
  );
}

function farOf(said: object): { readonly far?: Far } {
  const given = fieldsOf(said, "far");
  if (given === undefined) return {};
  return {
    far: {
      store: given.words("store"),
      phase: given.words("phase"),
      percent: given.number("percent"),
      remainingSeconds: given.number("remainingSeconds"),
      remainingOf: given.words("remainingOf"),
      whole: wholeOf(given.all),
    },
  };
}

function wholeOf(far: object): Whole | undefined {
  const given = fieldsOf(far, "whole");
  const [what, done, of] = [given?.words("what"), given?.number("done"), given?.number("of")];
  if (given === undefined || what === undefined || done === undefined || of === undefined) return undefined;
  return { what, done, of, remainingSeconds: given.number("remainingSeconds"), unknown: given.words("unknown") };
}

/** The fields of one that is an object; undefined where it is none. A field of another type is none. */
function fieldsOf(of: object, name: string) {
  const found = (of as Readonly<Record<string, unknown>>)[name];
  if (typeof found !== "object" || found === null) return undefined;
  const all: Readonly<Record<string, unknown>> = { ...found };
  const words = (field: string): string | undefined => (typeof all[field] === "string" ? all[field] : undefined);
  const number = (field: string): number | undefined => (typeof all[field] === "number" ? all[field] : undefined);
  return { all, words, number };
}

/** How far the step under way is, as it was said last; undefined where it said nothing, or ended. */
export function farIn(lines: readonly LogLine[]): { readonly at: string; readonly far: Far } | undefined {
  const last = lines.findLast(({ far, who }) => far !== undefined || who !== "");
  if (last?.far === undefined) return undefined;
  const { phase, percent, remainingSeconds, whole } = last.far;
  return [phase, percent, remainingSeconds, whole].every((one) => one === undefined)
    ? undefined
    : { at: last.at, far: last.far };
}

/** The log of a run that is over, from what its attempts left. */
export function linesOfAttempts(attempts: Reply<"/runs/{id}/log">["items"]): readonly LogLine[] {
  return attempts.flatMap(({ name, direction, outcome, message, log, actor, endedAt }, index) => [
    ...log.map(({ at, text }, row) => ({ key: `${index}/${row}`, at, who: "", text, loud: false })),
    {
      key: `${index}/end`,
      at: endedAt,
      who: name,
      text: `${direction === "undo" ? "taken back: " : ""}${outcome}${actor === null ? "" : ` by ${actor.name}`}: ${message}`,
      loud: wentWrong(outcome),
    },
  ]);
}

function wentWrong(outcome: string): boolean {
  return outcome === "failed" || outcome === "errored";
}
