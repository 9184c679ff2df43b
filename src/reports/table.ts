import { stripVTControlCharacters, styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan" | "magenta";

/** How text is shown: `columns` undefined means as wide as it gets. */
export interface Paper {
  readonly columns: number | undefined;
  readonly colour: boolean;
}

/** Text in a style where the paper has colour; always readable without. */
export function styled(paper: Paper, style: Style | readonly Style[], text: string): string {
  return paper.colour
    ? styleText(typeof style === "string" ? style : [...style], text, { validateStream: false })
    : text;
}

/**
 * Text that came from a repository, made safe for a terminal: control characters, which could move the cursor or hide what
 * stands there, are shown as escapes, and a line break as a blank, so that no text can pass for a line of ours.
 */
export function shown(text: string): string {
  const hidden = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
  return text
    .replace(/[\t\r\n]+/g, " ")
    .replace(hidden, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** How many cells a text takes; wide East Asian signs take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of stripVTControlCharacters(text)) {
    width += /\p{Mark}/u.test(sign)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
            sign,
          )
        ? 2
        : 1;
  }
  return width;
}

/** Breaks a text into lines of at most `width` cells, at spaces where there are any; leading spaces stay. */
function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    if (widthOf(paragraph) <= width) return [paragraph];
    const lines: string[] = [];
    let line: string | undefined;
    for (const word of paragraph.split(" ").flatMap((part) => pieces(part, width))) {
      if (line !== undefined && widthOf(line) + 1 + widthOf(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === undefined ? word : `${line} ${word}`;
      }
    }
    return [...lines, line ?? ""];
  });
}

function pieces(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  // A colour is one sign without a width: cut, it would print as rubbish.
  for (const [sign] of word.matchAll(/\p{Cc}\[[\d;]*m|./gsu)) {
    if (widthOf(part + sign) > width) {
      parts.push(part);
      part = "";
    }
    part += sign;
  }
  return [...parts, part];
}

/** Text indented and wrapped to the paper. */
export function indented(paper: Paper, text: string, indent: string, first = indent): string {
  const width = paper.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(20, paper.columns - indent.length);
  return wrap(text, width)
    .map((line, index) => `${index === 0 ? first : indent}${line}`)
    .join("\n");
}

const gap = "  ";

/**
 * A table with a header. Where it does not fit, the widest columns give way first and their cells wrap; no cell is cut, so
 * that what is printed can be copied.
 */
export function table(paper: Paper, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => Math.max(0, ...(row[column] ?? "").split("\n").map(widthOf)))),
  );
  if (paper.columns !== undefined) shrink(widths, paper.columns - gap.length * (header.length - 1));
  const lines = [
    line(
      header.map((title) => title.toUpperCase()),
      widths,
    ).map((text) => styled(paper, "dim", text)),
    ...rows.map((row) => line(row, widths)),
  ];
  return lines.flat().join("\n");
}

function shrink(widths: number[], room: number): void {
  const narrowest = 8;
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
}

function line(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = widths.map((width, column) => wrap(cells[column] ?? "", width));
  const height = Math.max(...wrapped.map((cell) => cell.length));
  return Array.from({ length: height }, (_, row) =>
    wrapped
      .map((cell, column) => {
        const text = cell[row] ?? "";
        const last = column === widths.length - 1;
        return last ? text : text + " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
      })
      .join(gap)
      .trimEnd(),
  );
}
