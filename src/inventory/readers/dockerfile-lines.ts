import { joinPlaced, type PlacedText, placedText, slicePlaced } from "./dockerfile-text.ts";

/** One instruction of a Dockerfile, its lines joined and comments left out. */
export interface Instruction {
  /** In capitals: `FROM`; of `ONBUILD RUN …` the second. */
  readonly keyword: string;
  readonly rest: PlacedText;
  readonly heredocs: readonly PlacedText[];
}

interface Line {
  readonly start: number;
  /** Without its line break. */
  readonly end: number;
}

const directive = /^#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/;

/** The parser directives at the top of a Dockerfile: `syntax`, `escape`. */
export function directivesOf(text: string): ReadonlyMap<string, PlacedText> {
  const found = new Map<string, PlacedText>();
  for (const { start, end } of linesOf(text)) {
    const [, name, value] = directive.exec(text.slice(start, end)) ?? [];
    if (name === undefined || value === undefined) break;
    found.set(name.toLowerCase(), placedText(value, start + text.slice(start, end).lastIndexOf(value)));
  }
  return found;
}

/**
 * The instructions of a Dockerfile with the place of every character. Own, because the parsers there are (BuildKit's, and
 * those published for Node) tell lines at most: a version must be replaceable where it stands, also across continued lines.
 * Format: https://docs.docker.com/reference/dockerfile/#format
 */
export function instructionsOf(text: string): readonly Instruction[] {
  const escape = directivesOf(text).get("escape")?.text === "`" ? "`" : "\\";
  const lines = linesOf(text);
  const instructions: Instruction[] = [];
  let next = 0;
  while (next < lines.length) {
    const first = next;
    const joined = joinedLine(text, lines, first, escape);
    next = joined.next;
    const instruction = instructionOf(joined.content);
    if (instruction === undefined) continue;
    const heredocs: PlacedText[] = [];
    if (/^(RUN|COPY|ADD)$/.test(instruction.keyword))
      next = readHeredocs(text, lines, next, instruction.rest, heredocs);
    instructions.push({ ...instruction, heredocs });
  }
  return instructions;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start < text.length) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    lines.push({ start, end: end > start && text[end - 1] === "\r" ? end - 1 : end });
    start = end + 1;
  }
  return lines;
}

/** One logical line; blank lines and comments inside a continued one are left out, as the builder does. */
function joinedLine(
  text: string,
  lines: readonly Line[],
  first: number,
  escape: string,
): { readonly content: PlacedText; readonly next: number } {
  const parts: PlacedText[] = [];
  for (let index = first; index < lines.length; index += 1) {
    const { start = 0, end = 0 } = lines[index] ?? {};
    const content = text.slice(start, end);
    const isBlank = /^\s*(#|$)/.test(content);
    if (isBlank && parts.length === 0) return { content: placedText("", start), next: index + 1 };
    if (isBlank) continue;
    const trimmed = content.trimEnd();
    const goesOn = trimmed.endsWith(escape);
    parts.push(placedText(goesOn ? trimmed.slice(0, -1) : content, start));
    if (!goesOn) return { content: joinPlaced(parts), next: index + 1 };
  }
  return { content: joinPlaced(parts), next: lines.length };
}

function instructionOf(line: PlacedText): Omit<Instruction, "heredocs"> | undefined {
  const [, blank = "", keyword = "", gap = ""] = /^(\s*)([A-Za-z]+)(\s+|$)/.exec(line.text) ?? [];
  if (keyword === "") return undefined;
  const rest = slicePlaced(line, blank.length + keyword.length + gap.length);
  return keyword.toUpperCase() === "ONBUILD" ? instructionOf(rest) : { keyword: keyword.toUpperCase(), rest };
}

/** A longer heredoc is taken for a shift or a typing error: without a bound, many unclosed ones would take forever. */
const longestHeredoc = 5_000;
const heredocStart = /(?<!<)<<(-?)(["']?)([A-Za-z_]\w*)\2/g;

/** Reads the bodies an instruction announces; returns the line after the last. */
function readHeredocs(
  text: string,
  lines: readonly Line[],
  from: number,
  rest: PlacedText,
  bodies: PlacedText[],
): number {
  let next = from;
  for (const [, dash, , name] of rest.text.matchAll(heredocStart)) {
    const close = findLine(text, lines, next, dash === "-", name ?? "");
    if (close < 0) continue;
    const start = lines[next]?.start ?? text.length;
    bodies.push(placedText(text.slice(start, lines[close]?.start ?? text.length), start));
    next = close + 1;
  }
  return next;
}

function findLine(text: string, lines: readonly Line[], from: number, tabs: boolean, name: string): number {
  for (let index = from; index < Math.min(lines.length, from + longestHeredoc); index += 1) {
    const { start = 0, end = 0 } = lines[index] ?? {};
    const line = text.slice(start, end);
    if ((tabs ? line.replace(/^\t+/, "") : line) === name) return index;
  }
  return -1;
}
