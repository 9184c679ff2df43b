import { type Entry, type Mapping, scalarAt } from "../kernel/tree.ts";
import type { Pin } from "../platform/pin.ts";
import type { SourceFile } from "../platform/source.ts";
import { mappingAt, type Spot } from "./write-node.ts";
import { type Replacement, readsAsText } from "./write-text.ts";

/** The keys that a version stands beside, the nearest first. */
const siblings = ["repository", "chart", "source", "repoURL", "repo_url", "url", "name", "project", "path", "image"];

/**
 * A version written into the mapping or block at `[start, end)` under the last key of the pin's path: on a line of its own after
 * the key it belongs to, with that line's indentation and line end. Undefined where that cannot be done safely.
 */
export function insertVersion(
  file: SourceFile,
  pin: Pin,
  place: readonly [number, number],
  to: string,
): Replacement | undefined {
  const key = /(?:^|[.\]])([A-Za-z_][\w-]*)$/.exec(pin.path)?.[1];
  const spot = mappingAt(file, place[0], place[1]);
  if (key === undefined || spot === undefined) return undefined;
  const own = spot.node.entries.find((entry) => entry.key.text === key);
  if (own !== undefined) return fillEmpty(file, own, spot, to);
  for (const name of siblings) {
    const sibling = spot.node.entries.find((entry) => entry.key.text === name);
    const inserted = sibling === undefined ? undefined : after(file, sibling, spot, key, to);
    if (inserted !== undefined) return inserted;
  }
  return undefined;
}

/** `tag: ""` and `tag:` are there already. */
function fillEmpty(file: SourceFile, own: Entry, spot: Spot<Mapping>, to: string): Replacement | undefined {
  const value = scalarAt(spot.node, own.key.text);
  if (value === undefined || value.start !== value.end || value.start < own.key.end || spot.syntax !== "yaml")
    return undefined;
  if (value.style === "double" || value.style === "single") return { start: value.start, end: value.end, text: to };
  const between = file.text.slice(own.key.end, value.start);
  if (!/^["']?\s*:$/.test(between) || !isPlainDocument(spot)) return undefined;
  return { start: value.start, end: value.end, text: ` ${yamlText(to)}` };
}

/** Inside a quoted string a line end would have to be an escape. */
function isPlainDocument({ within }: Spot<Mapping>): boolean {
  return within === undefined || within === "literal";
}

function yamlText(version: string): string {
  return readsAsText(version) ? version : `"${version}"`;
}

function after(
  file: SourceFile,
  sibling: Entry,
  spot: Spot<Mapping>,
  key: string,
  to: string,
): Replacement | undefined {
  const { text } = file;
  const closed = endOfLineValue(text, sibling);
  if (closed === undefined || !isPlainDocument(spot)) return undefined;
  if (text[spot.node.start] === "{") return inline(text, sibling, closed, spot, key, to);
  const indent = indentOf(text, sibling, spot.syntax);
  const rest = restOfLine(text, closed);
  if (indent === undefined || !/^[ \t]*(?:#|\/\/|$)/.test(rest)) return undefined;
  const at = closed + rest.length;
  const line = spot.syntax === "hcl" ? hclLine(text, sibling, key, to) : `${key}: ${yamlText(to)}`;
  return { start: at, end: at, text: `${newlineAt(text, at)}${indent}${line}` };
}

/** Where the sibling's value ends, closing quote included; undefined for an alias or what takes more than its line. */
function endOfLineValue(text: string, { key, value }: Entry): number | undefined {
  if (value.kind !== "scalar" || value.start < key.end) return undefined;
  if (value.style === "literal" || value.style === "folded") return undefined;
  if (text.slice(key.start, value.end).includes("\n")) return undefined;
  return value.end + (value.style === "plain" ? 0 : 1);
}

/** What a line beside the sibling's begins with: blanks, also below the dash of a list. */
function indentOf(text: string, { key }: Entry, syntax: "yaml" | "hcl"): string | undefined {
  const lineStart = text.lastIndexOf("\n", key.start - 1) + 1;
  const before = text.slice(lineStart, key.start).replace(/^\u{feff}/u, "");
  const allowed = syntax === "yaml" ? /^[ \t]*(?:- +)*$/ : /^[ \t]*$/;
  return allowed.test(before) ? before.replaceAll("-", " ") : undefined;
}

function restOfLine(text: string, from: number): string {
  return /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? "";
}

/** The line end that stands at `at`; behind the last line, the one the file uses. */
function newlineAt(text: string, at: number): string {
  if (at >= text.length) return text.includes("\r\n") ? "\r\n" : "\n";
  return text.startsWith("\r\n", at) ? "\r\n" : "\n";
}

/** Equals signs stay in one column where the sibling's leaves room for it. */
function hclLine(text: string, sibling: Entry, key: string, to: string): string {
  const gap = /^[ \t]*/.exec(text.slice(sibling.key.end))?.[0].length ?? 1;
  const column = sibling.key.text.length + gap;
  return `${key.padEnd(Math.max(column, key.length + 1))}= "${to}"`;
}

/** `{ a: b }` and JSON. An alias or a reference as the sibling's value ends where it says. */
function inline(
  text: string,
  sibling: Entry,
  closed: number,
  spot: Spot<Mapping>,
  key: string,
  to: string,
): Replacement | undefined {
  if (!/^\s*[,}\r\n#]/.test(text.slice(closed, closed + 40))) return undefined;
  const quote = text[sibling.key.start - 1] === '"' ? '"' : "";
  if (spot.syntax === "yaml") return { start: closed, end: closed, text: `, ${quote}${key}${quote}: "${to}"` };
  const isOneLine = !text.slice(spot.node.start, spot.node.end).includes("\n");
  if (isOneLine) return { start: closed, end: closed, text: `, ${key} = "${to}"` };
  return blockLine(text, sibling, closed, key, to);
}

/** An object over several lines: each attribute has its own. */
function blockLine(text: string, sibling: Entry, closed: number, key: string, to: string): Replacement | undefined {
  const indent = indentOf(text, sibling, "hcl");
  const rest = restOfLine(text, closed);
  if (indent === undefined || !/^,?[ \t]*(?:#.*|\/\/.*)?$/.test(rest)) return undefined;
  const at = closed + rest.length;
  const comma = rest.startsWith(",") ? "," : "";
  return { start: at, end: at, text: `${newlineAt(text, at)}${indent}${hclLine(text, sibling, key, to)}${comma}` };
}
