import type { Mapping, Node } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import { findStatements } from "../yaml/statements.ts";

/** What the template statements of a text mean for the YAML between them. */
interface Templates {
  /** `[start, end)` of conditions and loops. */
  readonly blocks: readonly (readonly [number, number])[];
  /** Offsets of expressions that stand alone on their line: they may write any keys. */
  readonly lone: readonly number[];
}

const none: Templates = { blocks: [], lone: [] };
const kept = new WeakMap<SourceFile, Templates>();

/** Whether a value stands inside a condition or loop of its template. */
export function isConditional(node: Node, file: SourceFile): boolean {
  return templatesOf(file).blocks.some(([start, end]) => node.start >= start && node.end <= end);
}

/** Whether a template may write more keys into a mapping than can be seen. */
export function mayHoldMore(mapping: Mapping, file: SourceFile): boolean {
  const { lone } = templatesOf(file);
  if (mapping.entries.some(({ key }) => key.templated)) return true;
  return lone.some((offset) => {
    if (offset < mapping.start) return false;
    if (offset >= mapping.end) return file.text.slice(mapping.end, offset).trim() === "";
    return !mapping.entries.some(({ value }) => value.start <= offset && offset < value.end);
  });
}

function templatesOf(file: SourceFile): Templates {
  if (!/\{\{|\{%|<%/.test(file.text)) return none;
  const found = kept.get(file) ?? readTemplates(file.text);
  kept.set(file, found);
  return found;
}

function readTemplates(text: string): Templates {
  const blocks: (readonly [number, number])[] = [];
  const lone: number[] = [];
  const open: number[] = [];
  for (const { start, end, kind } of findStatements(text, false)) {
    if (kind === "open") open.push(start);
    else if (kind === "output" && isAlone(text, start, end)) lone.push(start);
    else if (kind === "close" && !/^\W*(?:else|elif|elsif)\b/.test(text.slice(start, start + 20))) {
      const from = open.pop();
      if (from !== undefined) blocks.push([from, end]);
    }
  }
  return { blocks, lone };
}

function isAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const lineEnd = text.indexOf("\n", end);
  const after = text.slice(end, lineEnd < 0 ? text.length : lineEnd);
  return before.trim() === "" && after.trim() === "";
}
