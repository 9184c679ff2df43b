import { formatPath } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { stateOfConstraint, stateOfGit } from "../../kernel/version.ts";
import type { Output } from "../reader.ts";
import { requirementDraft } from "./python-requirement.ts";

/** Tables whose arrays hold requirements: all arrays of a table, or the one named. */
const arrays: readonly (readonly [RegExp, RegExp])[] = [
  [/^project$/, /^dependencies$/],
  [/^project\.optional-dependencies$/, /./],
  [/^dependency-groups$/, /./],
  [/^tool\.uv$/, /^dev-dependencies$/],
];
const poetry = /^tool\.poetry\.(?:dependencies|dev-dependencies|group\.[\w-]+\.dependencies)$/;

/**
 * The dependencies in a `pyproject.toml`, read line by line: the arrays of PEP 621 and PEP 735 and Poetry's tables. Libraries for
 * TOML tell no positions.
 */
export function readPyproject(text: string, out: Output): void {
  let table = "";
  let offset = 0;
  while (offset < text.length) {
    const newline = text.indexOf("\n", offset);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(offset, end);
    table = /^\s*\[([^[\]]+)\]\s*(?:#.*)?\r?$/.exec(line)?.[1]?.replaceAll('"', "").trim() ?? table;
    const entry = /^\s*("?[\w.-]+"?)\s*=\s*/.exec(line);
    const key = entry?.[1]?.replaceAll('"', "");
    if (entry === null || key === undefined) {
      offset = end + 1;
      continue;
    }
    offset = Math.max(end + 1, readEntry(text, offset + entry[0].length, table, key, out));
  }
}

/** Returns where the value ends, when it takes more than its line. */
function readEntry(text: string, start: number, table: string, key: string, out: Output): number {
  if (text[start] === "[") {
    const end = endOfArray(text, start);
    const wanted = arrays.some(([tables, keys]) => tables.test(table) && keys.test(key));
    if (wanted) readArray(text.slice(start, end), start, `${table}.${key}`, out);
    return end;
  }
  const line = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
  // `python` is what the project works with, not what runs it.
  if (poetry.test(table) && key !== "python") readPoetry(line, start, table, key, out);
  return 0;
}

/** Behind the bracket that closes the array at `start`; brackets in strings and comments do not count. */
function endOfArray(text: string, start: number): number {
  const token = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === "[") depth += 1;
    else if (found[0] === "]") depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return text.length;
}

function readArray(array: string, start: number, path: string, out: Output): void {
  for (const found of array.matchAll(/#[^\n]*|\{[^}]*\}|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g)) {
    const written = found[1] ?? found[2];
    if (written === undefined || written.includes("\\")) continue;
    const draft = requirementDraft(written, start + found.index + 1, (name) => `${path}[${JSON.stringify(name)}]`);
    if (draft !== undefined) out.pin(draft);
  }
}

/** `mlflow = "^2.14"`, `mlflow = { version = "2.14.1" }`, `mlflow = { git = "…", tag = "v1" }`. */
function readPoetry(line: string, start: number, table: string, key: string, out: Output): void {
  const name = formatPath([key]);
  const path = `${table}${name.startsWith("[") ? "" : "."}${name}`;
  const inline = line.startsWith("{") ? /\bversion\s*=\s*/.exec(line) : undefined;
  if (inline === undefined) addConstraint(line, start, key, path, out);
  else if (inline === null) addGit(line, start, path, out);
  else {
    const at = inline.index + inline[0].length;
    addConstraint(line.slice(at), start + at, key, `${path}.version`, out);
  }
}

function addGit(line: string, start: number, path: string, out: Output): void {
  const url = /\bgit\s*=\s*"([^"]+)"/.exec(line)?.[1];
  if (url === undefined) return;
  const [whole, key = "rev", version] = /\b(tag|rev|branch)\s*=\s*"([^"]+)"/.exec(line) ?? [];
  const end = start + line.indexOf(whole ?? "") + (whole?.length ?? 0) - 1;
  out.pin({
    kind: "git",
    name: redactUrls(url),
    source: redactUrls(url),
    version,
    state: key === "branch" ? "moving" : stateOfGit(version),
    place: version === undefined ? [start, start + line.length] : [end - version.length, end],
    path: `${path}.${key}`,
  });
}

function addConstraint(line: string, start: number, name: string, path: string, out: Output): void {
  const [, , written] = /^(["'])([^"'\\]*)\1/.exec(line) ?? [];
  if (written === undefined) return;
  const operator = /^\s*={1,3}\s*(?=\d[\w.]*$)/.exec(written)?.[0] ?? "";
  const version = written.slice(operator.length);
  const at = start + 1 + operator.length;
  out.pin({
    kind: "package",
    name,
    version,
    state: stateOfConstraint(version),
    place: [at, at + version.length],
    path,
  });
}
