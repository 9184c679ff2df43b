/** The `count` candidates that are most like a word somebody typed, the likest first; none that has nothing in common with it. */
export function nearest(word: string, candidates: readonly string[], count: number): readonly string[] {
  const parts = word.toLowerCase().split("-");
  return candidates
    .map((candidate) => {
      const shared = parts.filter((part) => part.length > 3 && candidate.includes(part)).length;
      const edits = editsBetween(word.toLowerCase(), candidate);
      return { candidate, shared, edits, near: shared > 0 || edits <= Math.max(2, word.length / 3) };
    })
    .filter(({ near }) => near)
    .sort((a, b) => a.edits - 4 * a.shared - (b.edits - 4 * b.shared))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function editsBetween(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[to.length] ?? 0;
}
