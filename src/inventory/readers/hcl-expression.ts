import type { Entry, Node, Scalar } from "../../kernel/tree.ts";
import type { Cursor } from "./hcl-cursor.ts";
import { readHeredoc, readQuoted, skipQuoted } from "./hcl-text.ts";

/** Deeper nesting is kept as opaque text, so that hostile input costs no call stack. */
const deepest = 60;

const identifier = /[\p{L}_][\p{L}\p{N}_-]*/uy;

/** Where an expression stands: a line end is nothing inside brackets, and ends the item inside braces and at top level. */
type Surroundings = "line" | "brackets";

/**
 * Reads the expression at the cursor. Texts, numbers, lists and objects become nodes as in a JSON document; a call that
 * takes a list or an object becomes that (`yamlencode({…})`, `object({…})`) or the list of its arguments;
 * `optional(type, default)` its default; everything else is a plain templated scalar with the text as written.
 */
export function readExpression(cursor: Cursor, around: Surroundings, depth = 0): Node {
  const begin = cursor.at;
  const node = depth > deepest ? undefined : readTerm(cursor, around, depth);
  if (node !== undefined) {
    const end = cursor.at;
    cursor.skipBlanks(around === "brackets");
    if (atEnd(cursor)) {
      if (around === "line") cursor.at = end;
      return node;
    }
  }
  cursor.at = begin;
  return readOpaque(cursor, around);
}

function atEnd(cursor: Cursor): boolean {
  return cursor.done || /[\n\r,)\]}]/.test(cursor.peek());
}

function readTerm(cursor: Cursor, around: Surroundings, depth: number): Node | undefined {
  switch (cursor.peek()) {
    case '"':
      return readQuoted(cursor);
    case "<":
      return cursor.startsWith("<<") ? readHeredoc(cursor) : undefined;
    case "[":
      return readList(cursor, depth);
    case "{":
      return readObject(cursor, depth);
    case "(":
      return undefined;
    default:
      return readWord(cursor, around, depth);
  }
}

function readWord(cursor: Cursor, around: Surroundings, depth: number): Node | undefined {
  const start = cursor.at;
  const number = cursor.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return plain(cursor, start, Number(number));
  const word = cursor.take(identifier);
  if (word === undefined) return undefined;
  if (cursor.peek() === "(") return readCall(cursor, word, start, around, depth);
  const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
  const value = Object.hasOwn(constants, word) ? constants[word] : undefined;
  return value === undefined ? undefined : plain(cursor, start, value);
}

function plain(cursor: Cursor, start: number, value: Scalar["value"]): Scalar {
  const text = cursor.text.slice(start, cursor.at);
  return { kind: "scalar", value, text, style: "plain", start, end: cursor.at, templated: false };
}

function readCall(cursor: Cursor, name: string, start: number, around: Surroundings, depth: number): Node | undefined {
  if (name === "templatefile" || name === "file") return undefined;
  cursor.at += 1;
  const items = readItems(cursor, ")", depth);
  if (items === undefined) return undefined;
  const second = items[1];
  if (name === "optional") return second ?? readOpaqueFrom(cursor, start, around);
  const composite = items.filter((item) => item.kind !== "scalar");
  if (composite.length === 0) return undefined;
  const [only] = composite;
  return items.length === 1 && only !== undefined ? only : { kind: "sequence", items, start, end: cursor.at };
}

function readOpaqueFrom(cursor: Cursor, start: number, around: Surroundings): Scalar {
  cursor.at = start;
  return readOpaque(cursor, around);
}

/** The items up to the closing bracket, which is taken; undefined when it never comes. */
function readItems(cursor: Cursor, close: ")" | "]", depth: number): readonly Node[] | undefined {
  const items: Node[] = [];
  for (;;) {
    cursor.skipBlanks(true);
    if (cursor.done) return undefined;
    if (cursor.peek() === close) {
      cursor.at += 1;
      return items;
    }
    const before = cursor.at;
    items.push(readExpression(cursor, "brackets", depth + 1));
    cursor.skipBlanks(true);
    cursor.take(/,|\.\.\./y);
    if (cursor.at === before) return undefined;
  }
}

function readList(cursor: Cursor, depth: number): Node | undefined {
  const start = cursor.at;
  cursor.at += 1;
  cursor.skipBlanks(true);
  if (cursor.take(/for\b/y) !== undefined) return undefined;
  const items = readItems(cursor, "]", depth);
  return items === undefined ? undefined : { kind: "sequence", items, start, end: cursor.at };
}

function readObject(cursor: Cursor, depth: number): Node | undefined {
  const start = cursor.at;
  cursor.at += 1;
  cursor.skipBlanks(true);
  if (cursor.take(/for\b(?!\s*[=:])/y) !== undefined) return undefined;
  const entries: Entry[] = [];
  for (;;) {
    cursor.skipBlanks(true);
    if (cursor.take(/,/y) !== undefined) continue;
    if (cursor.take(/\}/y) !== undefined) return { kind: "mapping", entries, start, end: cursor.at };
    const entry = readEntry(cursor, depth);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
}

function readEntry(cursor: Cursor, depth: number): Entry | undefined {
  const start = cursor.at;
  const key = cursor.peek() === '"' ? readQuoted(cursor) : readKey(cursor, start);
  cursor.skipBlanks(false);
  if (key === undefined || cursor.take(/[=:]/y) === undefined) return undefined;
  cursor.skipBlanks(true);
  return { key, value: readExpression(cursor, "line", depth + 1) };
}

function readKey(cursor: Cursor, start: number): Scalar | undefined {
  if (cursor.peek() === "(") return readComputedKey(cursor);
  const word = cursor.take(/[\p{L}\p{N}_][\p{L}\p{N}_.-]*/uy);
  return word === undefined ? undefined : { ...plain(cursor, start, word), value: word };
}

function readComputedKey(cursor: Cursor): Scalar | undefined {
  const start = cursor.at;
  skipBalanced(cursor, "brackets", () => cursor.text[cursor.at - 1] === ")");
  return { ...plain(cursor, start, cursor.text.slice(start, cursor.at)), templated: true };
}

/** Everything up to where the expression must end. */
function readOpaque(cursor: Cursor, around: Surroundings): Scalar {
  const start = cursor.at;
  skipBalanced(cursor, around, () => false);
  const text = cursor.text.slice(start, cursor.at).trimEnd();
  return { kind: "scalar", value: text, text, style: "plain", start, end: start + text.length, templated: true };
}

const brackets: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Passes what belongs together; stops before what closes the surroundings, or as soon as `enough` after a bracket closed. */
function skipBalanced(cursor: Cursor, around: Surroundings, enough: () => boolean): void {
  const open: string[] = [];
  while (!cursor.done) {
    const next = cursor.peek();
    if (open.length === 0 && endsHere(next, around)) return;
    const closes = brackets[next];
    if (closes !== undefined) open.push(closes);
    else if (next === open.at(-1)) {
      open.pop();
      cursor.at += 1;
      if (open.length === 0 && enough()) return;
      continue;
    }
    skipOne(cursor, next);
  }
}

function endsHere(next: string, around: Surroundings): boolean {
  return next === "," || next === ")" || next === "]" || next === "}" || (around === "line" && next === "\n");
}

function skipOne(cursor: Cursor, next: string): void {
  const before = cursor.at;
  if (next === '"' && skipQuoted(cursor)) return;
  if (next === "<" && readHeredoc(cursor) !== undefined) return;
  if (next === "#" || cursor.startsWith("//") || cursor.startsWith("/*")) cursor.skipBlanks(false);
  if (cursor.at === before) cursor.at += 1;
}
