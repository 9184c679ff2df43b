import type { GraphNode } from "./order.ts";

/** What is written in a box, line by line, and how large the box is for it, in pixels. */
export interface Label {
  readonly title: readonly string[];
  readonly detail: readonly string[];
  readonly width: number;
  readonly height: number;
}

export const titleLine = 18;
export const detailLine = 16;
const mostLetters = 36;

/** Nothing is cut: what is longer than a box is wide goes on in the next line. */
export function labelOf({ title, detail }: Pick<GraphNode, "title" | "detail">): Label {
  const titles = wrapped(title, mostLetters);
  const details = detail === undefined ? [] : wrapped(detail, mostLetters + 4);
  // About 8 px a letter at 14 px, 7 px at 12 px.
  const text = Math.max(0, ...titles.map((line) => line.length * 8), ...details.map((line) => line.length * 7));
  return {
    title: titles,
    detail: details,
    width: Math.max(90, 24 + text),
    height: Math.max(44, 12 + titles.length * titleLine + details.length * detailLine),
  };
}

/** Text in lines of at most so many letters, broken between words, inside a word only where it is longer than a line. */
export function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((word) => piecesOf(word, most))) {
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function piecesOf(word: string, most: number): readonly string[] {
  const letters = Array.from(word);
  const pieces = Array.from({ length: Math.ceil(letters.length / most) }, (_, index) =>
    letters.slice(index * most, (index + 1) * most).join(""),
  );
  return pieces.length === 0 ? [""] : pieces;
}
