import type { Entry, Mapping, Scalar } from "../../kernel/tree.ts";
import { Cursor } from "./hcl-cursor.ts";
import { readExpression } from "./hcl-expression.ts";
import { readQuoted } from "./hcl-text.ts";

export interface HclText {
  readonly root: Mapping;
  readonly problems: readonly { readonly offset: number; readonly reason: string }[];
}

/** Deeper blocks are passed over: Terraform knows none beyond a handful. */
const deepest = 40;

/** More say nothing new. */
const mostProblems = 20;

/**
 * Reads HCL 2 into the same tree that Terraform's JSON syntax gives (https://developer.hashicorp.com/terraform/language/syntax/json):
 * a block is an entry by its type, its labels are keys below; a block that occurs twice is two entries of one key.
 * Expressions are not evaluated: a reference is a templated scalar. What cannot be read is a problem, the rest is read on.
 */
export function parseHcl(text: string): HclText {
  const cursor = new Cursor(text);
  const problems: HclText["problems"][number][] = [];
  const entries = readBody(cursor, problems, 0);
  return { root: { kind: "mapping", entries, start: 0, end: text.length }, problems };
}

function readBody(cursor: Cursor, problems: HclText["problems"][number][], depth: number): readonly Entry[] {
  const entries: Entry[] = [];
  for (;;) {
    cursor.skipBlanks(true);
    if (cursor.done) {
      if (depth > 0) problems.push({ offset: cursor.at, reason: "a block is not closed; add the missing `}`" });
      return entries;
    }
    if (cursor.peek() === "}" && depth > 0) {
      cursor.at += 1;
      return entries;
    }
    const begin = cursor.at;
    const entry = readItem(cursor, problems, depth);
    if (entry !== undefined) entries.push(entry);
    else {
      if (problems.length < mostProblems)
        problems.push({ offset: begin, reason: "neither an attribute nor a block of HCL; this line was passed over" });
      cursor.at = begin;
      cursor.skipLine();
    }
  }
}

function readItem(cursor: Cursor, problems: HclText["problems"][number][], depth: number): Entry | undefined {
  const key = readName(cursor);
  if (key === undefined) return undefined;
  cursor.skipBlanks(false);
  if (cursor.take(/=(?!=)/y) !== undefined) return readAttribute(cursor, key);
  const labels: Scalar[] = [];
  for (;;) {
    cursor.skipBlanks(false);
    const label = cursor.peek() === '"' ? readQuoted(cursor) : readName(cursor);
    if (label === undefined) break;
    labels.push(label);
  }
  return cursor.peek() === "{" && depth < deepest ? readBlock(cursor, key, labels, problems, depth) : undefined;
}

function readAttribute(cursor: Cursor, key: Scalar): Entry | undefined {
  cursor.skipBlanks(false);
  if (cursor.peek() === "\n" || cursor.done) return undefined;
  const value = readExpression(cursor, "line");
  cursor.skipBlanks(false);
  return cursor.done || /[\r\n}]/.test(cursor.peek()) ? { key, value } : undefined;
}

function readBlock(
  cursor: Cursor,
  key: Scalar,
  labels: readonly Scalar[],
  problems: HclText["problems"][number][],
  depth: number,
): Entry {
  const start = key.start;
  cursor.at += 1;
  let body: Mapping = { kind: "mapping", entries: readBody(cursor, problems, depth + 1), start, end: cursor.at };
  for (const label of labels.toReversed()) {
    body = { kind: "mapping", entries: [{ key: label, value: body }], start, end: cursor.at };
  }
  return { key, value: body };
}

function readName(cursor: Cursor): Scalar | undefined {
  const start = cursor.at;
  const text = cursor.take(/[\p{L}_][\p{L}\p{N}_-]*/uy);
  if (text === undefined) return undefined;
  return { kind: "scalar", value: text, text, style: "plain", start, end: cursor.at, templated: false };
}
