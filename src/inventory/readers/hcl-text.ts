import type { Scalar } from "../../kernel/tree.ts";
import type { Cursor } from "./hcl-cursor.ts";

/** Strings of HCL: quoted templates and heredocs (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md). */

/** Passes a quoted string that begins at the cursor, however its interpolations nest; false, unmoved, when it never ends. */
export function skipQuoted(cursor: Cursor): boolean {
  if (cursor.isTired) return false;
  const begin = cursor.at;
  const open: ("string" | "expression" | "object")[] = [];
  do {
    const inside = open.at(-1);
    if (cursor.done || (inside === "string" && cursor.peek() === "\n")) return cursor.giveUp(begin);
    if (inside === "string") stepInString(cursor, open);
    else stepInExpression(cursor, open);
  } while (open.length > 0);
  return true;
}

function stepInString(cursor: Cursor, open: string[]): void {
  if (cursor.take(/[^"\\$%\n]+|\\.|\$\$\{|%%\{/y) !== undefined) return;
  if (cursor.take(/[$%]\{/y) !== undefined) open.push("expression");
  else if (cursor.take(/"/y) !== undefined) open.pop();
  else cursor.at += 1;
}

function stepInExpression(cursor: Cursor, open: string[]): void {
  if (cursor.take(/"/y) !== undefined) open.push("string");
  else if (cursor.take(/\{/y) !== undefined) open.push("object");
  else if (cursor.take(/\}/y) !== undefined) open.pop();
  else cursor.at += 1;
}

/** Reads the quoted string at the cursor; undefined, with the cursor unmoved, when it never ends. */
export function readQuoted(cursor: Cursor): Scalar | undefined {
  const begin = cursor.at;
  if (!skipQuoted(cursor)) return undefined;
  const written = cursor.text.slice(begin + 1, cursor.at - 1);
  const templated = isTemplate(written);
  const text = templated ? written : unescape(written);
  return { kind: "scalar", value: text, text, style: "double", start: begin + 1, end: cursor.at - 1, templated };
}

function isTemplate(written: string): boolean {
  return /[$%]\{/.test(written.replace(/\$\$\{|%%\{/g, ""));
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

function unescape(written: string): string {
  if (!/[\\$%]/.test(written)) return written;
  return written.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{/g, (whole, u, long, one, sign) => {
    if (sign !== undefined) return `${sign}{`;
    const code = Number.parseInt(u ?? long ?? "", 16);
    if (Number.isNaN(code)) return escapes[one] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * Reads the heredoc at the cursor as a block scalar: from its first character that is no blank to its last, without the
 * indentation of its first line, whatever the `-` of `<<-` says; a document inside means the same either way. Leaves the
 * cursor behind the closing word; undefined, with the cursor unmoved, when that never comes.
 */
export function readHeredoc(cursor: Cursor): Scalar | undefined {
  if (cursor.isTired) return undefined;
  const begin = cursor.at;
  const word = /^<<-?([\p{L}_][\p{L}\p{N}_-]*)$/u.exec(cursor.take(/<<-?[^\s]*/y) ?? "")?.[1];
  const close = word === undefined ? -1 : closing(cursor, word);
  if (word === undefined || close < 0) {
    if (word !== undefined) cursor.at = cursor.text.length;
    cursor.giveUp(begin);
    return undefined;
  }
  cursor.skipLine();
  const body = cursor.text.slice(cursor.at, close);
  const start = cursor.at + body.length - body.trimStart().length;
  const end = Math.max(start, cursor.at + body.trimEnd().length);
  const written = cursor.text.slice(start, end);
  const indent = start - (cursor.text.lastIndexOf("\n", start - 1) + 1);
  const text = written.replaceAll("\r\n", "\n").replace(new RegExp(`\n {0,${indent}}`, "g"), "\n");
  cursor.at = cursor.text.indexOf(word, close) + word.length;
  return { kind: "scalar", value: text, text, style: "literal", start, end, templated: isTemplate(written) };
}

/** Where the line that holds only the closing word begins; -1 when there is none. */
function closing(cursor: Cursor, word: string): number {
  let line = cursor.text.indexOf("\n", cursor.at) + 1;
  while (line > 0) {
    const next = cursor.text.indexOf("\n", line) + 1;
    if (cursor.text.slice(line, next > 0 ? next : undefined).trim() === word) return line;
    line = next;
  }
  return -1;
}
