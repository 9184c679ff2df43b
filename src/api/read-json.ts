import { messageOf } from "../kernel/errors.ts";

/** Nothing we take is nested deeper; what is would only burden whoever walks it. */
const deepest = 64;

export type ReadJson =
  | { readonly kind: "read"; readonly value: unknown }
  | { readonly kind: "malformed"; readonly problem: string; readonly line: number; readonly column: number }
  | { readonly kind: "refused"; readonly where: string; readonly problem: string };

/** Reads JSON from outside: where it is malformed, by line and column from 1, and nothing that the database cannot hold. */
export function readJson(text: string): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    const at = placeOf(text, messageOf(thrown));
    const before = text.slice(0, at).split("\n");
    return {
      kind: "malformed",
      problem: wordsOf(thrown),
      line: before.length,
      column: (before.at(-1) ?? "").length + 1,
    };
  }
  const fault = unfit(value, "body");
  return fault === undefined ? { kind: "read", value } : { kind: "refused", ...fault };
}

/**
 * What no text from outside may hold: NUL, which PostgreSQL refuses, half a character, which jsonb refuses, and too many
 * levels. Walks without recursion: the depth is what is being judged.
 */
export function unfit(value: unknown, name: string): { readonly where: string; readonly problem: string } | undefined {
  const open: { readonly value: unknown; readonly where: string; readonly depth: number }[] = [
    { value, where: name, depth: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: part, where, depth } = next;
    if (depth > deepest) return { where, problem: `is nested deeper than ${deepest} levels` };
    if (typeof part === "string" && !fits(part)) return { where, problem: "holds a character that cannot be kept" };
    if (typeof part !== "object" || part === null) continue;
    for (const [key, inner] of Object.entries(part)) {
      if (!fits(key)) return { where, problem: "has a key with a character that cannot be kept" };
      open.push({ value: inner, where: where.length > 200 ? where : `${where}.${key}`, depth: depth + 1 });
    }
  }
  return undefined;
}

function fits(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** V8 ends with the place, or with a piece of the text, which is not repeated: it may be a secret. */
function wordsOf(thrown: unknown): string {
  return messageOf(thrown)
    .replace(/,? ?(?:\.\.\.)?".*$/su, "")
    .replace(/ in JSON at position.*$/su, "");
}

/** V8 names the place of most faults, not of all: then it is the end of the shortest beginning that is wrong by itself. */
function placeOf(text: string, message: string): number {
  const named = /at position (\d+)/.exec(message)?.[1];
  if (named !== undefined) return Number(named);
  if (/end of JSON input/.test(message)) return text.length;
  let right = 0;
  let wrong = text.length;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isWrong(text.slice(0, middle))) wrong = middle;
    else right = middle;
  }
  return Math.max(0, wrong - 1);
}

/** Whether no continuation could make it right. */
function isWrong(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (thrown) {
    const message = messageOf(thrown);
    const named = /at position (\d+)/.exec(message)?.[1];
    return !/end of JSON input|Unterminated/.test(message) && (named === undefined || Number(named) < beginning.length);
  }
}
