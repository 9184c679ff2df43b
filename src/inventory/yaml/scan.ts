const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;

/** The first offset from `from` that is neither white space, a line break nor in a comment. */
export function skipBlank(text: string, from: number): number {
  let offset = from;
  while (offset < text.length) {
    const char = text.charCodeAt(offset);
    if (char === HASH) offset = lineEnd(text, offset);
    else if (char === SPACE || char === LINE_FEED || char === RETURN || char === TAB) offset += 1;
    else break;
  }
  return offset;
}

/** Just after the last character before `from` that is not white space. */
export function afterText(text: string, from: number): number {
  let offset = from;
  while (offset > 0 && (isGap(text.charCodeAt(offset - 1)) || isBreak(text.charCodeAt(offset - 1)))) offset -= 1;
  return offset;
}

/** Just after the `indicator` (`:` or `-`) that is next from `from`; `from` itself when something else is next. */
export function afterIndicator(text: string, from: number, indicator: ":" | "-"): number {
  const next = skipBlank(text, from);
  return text[next] === indicator ? next + 1 : from;
}

/** Just after the bracket that ends a flow collection whose last token ends at `from`; `from` itself when there is none. */
export function afterBracket(text: string, from: number, bracket: "]" | "}"): number {
  let next = skipBlank(text, from);
  while (text[next] === "," || text[next] === ":" || text[next] === "?") next = skipBlank(text, next + 1);
  return text[next] === bracket ? next + 1 : from;
}

/**
 * Where the content of a block scalar begins: after the indentation of its first line that is not blank. The region
 * begins on the line after the header; `end` when all of it is blank.
 */
export function blockContentStart(text: string, start: number, end: number, indent: number): number {
  let line = start;
  while (line < end) {
    const next = lineEnd(text, line) + 1;
    if (text.slice(line, Math.min(next, end)).trim() !== "") return line + Math.max(indent, 0);
    line = next;
  }
  return end;
}

/** Where the content of a block scalar ends: blank lines at the end and the last line break left out. */
export function blockContentEnd(text: string, start: number, end: number): number {
  let offset = end;
  while (offset > start) {
    while (offset > start && isBreak(text.charCodeAt(offset - 1))) offset -= 1;
    let content = offset;
    while (content > start && isGap(text.charCodeAt(content - 1))) content -= 1;
    if (content > start && !isBreak(text.charCodeAt(content - 1))) return offset;
    offset = content;
  }
  return start;
}

/** The offset of the line break that ends the line of `from`, or the end of the text. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function isBreak(char: number): boolean {
  return char === LINE_FEED || char === RETURN;
}

function isGap(char: number): boolean {
  return char === SPACE || char === TAB;
}
