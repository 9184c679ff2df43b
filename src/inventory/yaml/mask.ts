import { skipBlank } from "./scan.ts";
import type { Source } from "./source.ts";
import { findStatements, type Statement } from "./statements.ts";

/** A text whose template expressions are replaced so that the rest can be read as YAML, character by character in place. */
export interface Mask {
  /** As long as the text it was made of. */
  readonly text: string;
  /** The first character of each replaced expression, found nowhere in the text itself, … */
  readonly first: string;
  /** … and an expression's replacement as a whole. */
  readonly placeholder: RegExp;
  /** The statements that stood alone on their lines and became white space. */
  readonly blanked: readonly Statement[];
  /** Whether there are conditions or loops: their branches may give a key twice. */
  readonly branches: boolean;
}

/**
 * Replaces template expressions: one that stands alone on its lines by line breaks (spaces could be taken for the
 * indentation of a block), any other by as many characters that YAML reads as text. Undefined when the text has none.
 */
export function maskTemplates(text: string, withDollar: boolean): Mask | undefined {
  const statements = findStatements(text, withDollar);
  const pair = statements.length > 0 ? unusedPair(text) : undefined;
  if (pair === undefined) return undefined;

  const blanked: Statement[] = [];
  const pieces: string[] = [];
  let done = 0;
  for (const run of runsOf(text, statements)) {
    const alone = isAlone(text, run);
    const from = alone ? run.start - run.indent : run.start;
    pieces.push(text.slice(done, from));
    if (alone) pieces.push("\n".repeat(run.end - from));
    else if (writesBlock(text, run)) pieces.push(" ".repeat(run.end - from));
    else pieces.push(placeholders(text, run, pair));
    if (!pieces.at(-1)?.startsWith(pair[0])) blanked.push(...run.statements);
    done = run.end;
  }
  pieces.push(text.slice(done));
  return {
    text: pieces.join(""),
    first: pair[0],
    placeholder: new RegExp(`${pair[0]}${pair[1]}*`, "g"),
    blanked,
    branches: statements.some(({ kind }) => kind === "open" || kind === "close"),
  };
}

/** Statements with only spaces between them. */
interface Run {
  readonly statements: Statement[];
  readonly start: number;
  end: number;
  /** White space before it on its line; -1 when there is more than that. */
  readonly indent: number;
}

function runsOf(text: string, statements: readonly Statement[]): readonly Run[] {
  const runs: Run[] = [];
  for (const statement of statements) {
    const last = runs.at(-1);
    if (last !== undefined && /^[ \t]*$/.test(text.slice(last.end, Math.min(statement.start, last.end + 200)))) {
      last.statements.push(statement);
      last.end = statement.end;
    } else {
      runs.push({
        statements: [statement],
        start: statement.start,
        end: statement.end,
        indent: indentOf(text, statement.start),
      });
    }
  }
  return runs;
}

function indentOf(text: string, start: number): number {
  let offset = start;
  while (offset > 0 && (text[offset - 1] === " " || text[offset - 1] === "\t")) offset -= 1;
  return offset === 0 || text[offset - 1] === "\n" ? start - offset : -1;
}

/** `${x}` alone is a value, not a statement. */
function isAlone(text: string, run: Run): boolean {
  return run.indent >= 0 && text[run.start] !== "$" && endsItsLine(text, run.end);
}

/**
 * After `key: |` an expression writes the block's content; after `key:` or `-`, when lines further in follow, it writes
 * only the first part of a collection.
 */
function writesBlock(text: string, run: Run): boolean {
  if (!endsItsLine(text, run.end)) return false;
  const before = text.slice(text.lastIndexOf("\n", run.start - 1) + 1, run.start);
  if (/[:-] +[|>][-+\d]*[ \t]*$/.test(before)) return true;
  const owner = /^( *(?:- +)*)(?:- +|[\w./"'-]+: *)$/.exec(before)?.[1];
  return owner !== undefined && entryFollows(text, run.end, owner.length);
}

const STATEMENT_OR_BLANK = /[ \t]*(?:\{\{[^\n]*\}\}[ \t]*|#[^\n]*)?\r?\n/y;
const ENTRY = /( *)(?:- |[\w./"'-]+:(?: |\r?\n|$))/y;

function entryFollows(text: string, from: number, column: number): boolean {
  STATEMENT_OR_BLANK.lastIndex = from;
  let next = from;
  while (STATEMENT_OR_BLANK.test(text)) next = STATEMENT_OR_BLANK.lastIndex;
  ENTRY.lastIndex = next;
  const lead = ENTRY.exec(text)?.[1];
  return lead !== undefined && lead.length > column;
}

function endsItsLine(text: string, from: number): boolean {
  let offset = from;
  while (text[offset] === " " || text[offset] === "\t" || text[offset] === "\r") offset += 1;
  return offset >= text.length || text[offset] === "\n";
}

function placeholders(text: string, run: Run, [first, rest]: readonly [string, string]): string {
  let made = "";
  let done = run.start;
  for (const { start, end } of run.statements) {
    made += text.slice(done, start) + first + rest.repeat(end - start - 1);
    done = end;
  }
  return made;
}

/** Two private-use characters that the text does not hold; undefined when it holds nearly all of them. */
function unusedPair(text: string): readonly [string, string] | undefined {
  for (let code = 0xe000; code < 0xf8ff; code += 2) {
    const pair = [String.fromCharCode(code), String.fromCharCode(code + 1)] as const;
    if (!text.includes(pair[0]) && !text.includes(pair[1])) return pair;
  }
  return undefined;
}

/** Whether a statement that became white space stands between two offsets of the masked text. */
export function holdsBlanked(mask: Mask, start: number, end: number): boolean {
  const next = mask.blanked[firstFrom(mask.blanked, start)];
  return next !== undefined && next.start < end;
}

/**
 * What writes the value that is missing at `from`: the first statement with output before anything else is written;
 * the end of a branch ends the search. Offsets are those of the source's text.
 */
export function outputAfter(
  mask: Mask,
  source: Source,
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  const limit = source.base + skipBlank(source.text, from);
  for (let index = firstFrom(mask.blanked, source.base + from); index < mask.blanked.length; index += 1) {
    const statement = mask.blanked[index];
    if (statement === undefined || statement.end > limit || statement.kind === "close") return undefined;
    if (statement.kind === "output") return { start: statement.start - source.base, end: statement.end - source.base };
  }
  return undefined;
}

function firstFrom(statements: readonly Statement[], offset: number): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((statements[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts the expressions written between two offsets of the source back into what was decoded from there. */
export function restoreExpressions(mask: Mask, decoded: string, source: Source, start: number, end: number): string {
  const written = [...source.text.slice(start, end).matchAll(mask.placeholder)];
  let index = 0;
  return decoded.replace(mask.placeholder, (found) => {
    const match = written[index];
    index += 1;
    return match === undefined
      ? found
      : source.original.slice(start + match.index, start + match.index + match[0].length);
  });
}

/** A block scalar's lines as they stand in the template, statements included, without their indentation. */
export function originalBlock(source: Source, start: number, end: number, indent: number): string {
  return source.original.slice(start, end).replace(new RegExp(`\\r?\\n {0,${Math.max(indent, 0)}}`, "g"), "\n");
}
