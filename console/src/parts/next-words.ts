import type { Reply } from "../api/types.ts";
import { shellWord } from "./command.ts";

export type Next = Reply<"/overview">["lines"][number]["next"];

/** What a call does, in a button's few words: the server's own label may be a whole instruction. */
const verbs: readonly (readonly [end: RegExp, words: string])[] = [
  [/\/duties\/[^/]+\/complete$/, "Record it"],
  [/\/incidents\/[^/]+\/acknowledge$/, "Take it in hand"],
  [/\/emergencies\/[^/]+\/review$/, "Review it"],
  [/\/drift\/put-back$/, "Put it back"],
  [/\/work-orders$/, "Open a work order"],
  [/\/runs$/, "Start it as a run"],
];

const longest = 26;

/** Whether one call in a dialog is enough. A run's plan is to be read before it is agreed to: that has a page of its own. */
export function isCall({ action }: Next): boolean {
  return action !== undefined && verbs.some(([end]) => end.test(action.path));
}

/** The button's words. */
export function buttonOf(next: Next): string {
  const verb = verbs.find(([end]) => next.action !== undefined && end.test(next.action.path))?.[1];
  if (verb !== undefined) return verb;
  return next.label.length <= longest ? next.label.replace(/\.$/, "") : "Open";
}

/** The label where it says more than the button does. */
export function hintOf(next: Next): string | undefined {
  return next.label.replace(/\.$/, "") === buttonOf(next) ? undefined : next.label;
}

/** The path of a call as the client takes it, below /api/v1. */
export function pathOf(action: NonNullable<Next["action"]>): string {
  return action.path.replace(/^\/api\/v1/, "");
}

/** The page of what a call made: a run, a work order; undefined where it made nothing with a page. */
export function madeBy(action: NonNullable<Next["action"]>, reply: unknown): string | undefined {
  if (typeof reply !== "object" || reply === null || !("id" in reply) || typeof reply.id !== "string") return undefined;
  const pages: Readonly<Record<string, string>> = {
    "/runs": "/runs/",
    "/drift/put-back": "/runs/",
    "/work-orders": "/work/",
  };
  const page = pages[pathOf(action)];
  return page === undefined ? undefined : `${page}${reply.id}`;
}

/** The server's command with what was said in the place of TEXT, and with the environment that was chosen. */
export function cliWith(cli: string, { environment = "", ...texts }: Readonly<Record<string, string>>): string {
  const [text = ""] = Object.values(texts);
  // What people write may look like what a replacement is written with: it is put there as it is.
  const filled = text === "" ? cli : cli.replace(/ TEXT\b/, () => ` ${shellWord(text)}`);
  return environment === ""
    ? filled
    : filled.replace(/--environment \S+/, () => `--environment ${shellWord(environment)}`);
}
