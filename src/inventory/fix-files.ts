import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { unknown } from "../kernel/fact.ts";
import type { FixEdit, FixUnknown } from "./fix.ts";
import { ParsedFile } from "./source-file.ts";
import { type Splice, splice } from "./write.ts";
import { splicesFor } from "./write-version.ts";
import { decode } from "./yaml/lines.ts";

/** What is done to one file, in bytes of the file as it was read. */
export interface FileFix {
  readonly file: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly edits: readonly PlacedEdit[];
}

export interface PlacedEdit {
  readonly edit: FixEdit;
  readonly splices: readonly Splice[];
}

export interface FixedFiles {
  readonly files: readonly FileFix[];
  readonly unknown: readonly FixUnknown[];
}

/**
 * Works out each file with its edits made. `contents` holds the bytes of every file that has an edit, as the pins were read
 * from. Two edits that would give one place different versions are both refused.
 */
export function fixFiles(edits: readonly FixEdit[], contents: ReadonlyMap<string, Uint8Array>): FixedFiles {
  const files: FileFix[] = [];
  const refused: FixUnknown[] = [];
  const byFile = Map.groupBy(edits, ({ pin }) => pin.file);
  for (const [path, wanted] of [...byFile].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const before = contents.get(path);
    const decoded = before === undefined ? { problem: "its content was not read" } : decode(before);
    if (before === undefined || "problem" in decoded) {
      const why = "problem" in decoded ? decoded.problem : "its content was not read";
      refused.push(...wanted.map(({ pin }) => ({ ...unknown(why, `look at ${path}`), pin })));
      continue;
    }
    const placed = place(new ParsedFile(path, decoded.text), wanted, refused);
    const after = splice(
      before,
      placed.flatMap(({ splices }) => splices),
      path,
    );
    if (placed.length > 0) files.push({ file: path, before, after, edits: placed });
  }
  return { files, unknown: refused };
}

function place(file: ParsedFile, wanted: readonly FixEdit[], refused: FixUnknown[]): readonly PlacedEdit[] {
  const placed: PlacedEdit[] = [];
  for (const edit of wanted) {
    const splices = splicesFor(file, edit.pin, edit.to);
    if ("kind" in splices) refused.push({ ...splices, pin: edit.pin });
    else if (splices.length > 0) placed.push({ edit, splices });
  }
  const clashing = new Set(placed.filter((one) => placed.some((other) => clash(one, other))));
  for (const { edit } of clashing) {
    const why = `${edit.pin.file}:${edit.pin.line} fixes several things that shall have different versions`;
    refused.push({
      ...unknown(why, "give each of them a version of its own, or say one for all with --to"),
      pin: edit.pin,
    });
  }
  return placed.filter((one) => !clashing.has(one));
}

function clash(one: PlacedEdit, other: PlacedEdit): boolean {
  return one.splices.some((a) => other.splices.some((b) => touches(a, b) && !(isSameRange(a, b) && a.text === b.text)));
}

function touches(a: Splice, b: Splice): boolean {
  return isSameRange(a, b) || (a.range[0] < b.range[1] && b.range[0] < a.range[1]);
}

function isSameRange(a: Splice, b: Splice): boolean {
  return a.range[0] === b.range[0] && a.range[1] === b.range[1];
}

/** One line: what moves from what to what, and who says so. Control characters of names become blanks. */
export function describeEdit({ pin, from, to, because }: FixEdit): string {
  const what = `${pin.file}:${pin.line} ${pin.kind} ${pin.name}`;
  return `${what}: ${from ?? "no version"} -> ${to.version} (${because})`.replace(/\p{Cc}+/gu, " ");
}

/** The diff of one file below a line for each edit, which `git apply` and `patch` read over. */
export function diffOf(fix: FileFix): string {
  const reasons = fix.edits.map(({ edit }) => `# ${describeEdit(edit)}\n`);
  return `${reasons.join("")}${unifiedDiff(fix.file, fix.before, fix.after)}`;
}

/** The change of one file as `git diff` and `patch` understand it; empty when nothing changed. */
export function unifiedDiff(file: string, before: Uint8Array, after: Uint8Array): string {
  const [old, young] = [before, after].map((bytes) => Buffer.from(bytes).toString("utf8"));
  if (old === undefined || young === undefined || old === young) return "";
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, old, young, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
